/** Rebuilds the value of one packet: build in order, fill, settle (see packet.ts). */
import { type AnyHooks, adoptHooks } from "../hooks.js";
import { contextFor } from "../modules/module-context.js";
import { exportNamed } from "../modules/noted-imports.js";
import { adopt, isHome, resident } from "../origin.js";
import type {
  Entry,
  FunctionNode,
  HookEntries,
  ObjectNode,
  Packet,
  PacketNode,
  Pool,
  Properties,
  ReducedNode,
  RevivedNode,
  WeakState,
} from "../packet.js";
import { isInstalled, noteInstalled } from "../rebuilt.js";
import { type AnyClass, registrationNamed } from "../registry.js";
import { changeMembers, defineProperties, missingIn, redefineProperties, setIntegrity } from "./define-properties.js";
import { inspecting } from "./inspecting.js";
import { keepPooled, pooledHere } from "./pooled.js";
import { rebuild } from "./rebuild.js";
import { keptHere, knownNamed, liveHere, make, memberOf, shellOf, uniqueSymbol } from "./shells.js";

import { updateStatics, writeStatics } from "./write-statics.js";

type Settler = () => void;

const NONE: readonly WeakState[] = [];

export class Decoder {
  readonly #nodes: readonly PacketNode[];
  readonly #built: unknown[];
  /** Nodes that need no more filling, among them originals that came home: those keep what they have. */
  readonly #filled: boolean[] = [];
  readonly #late: Settler[] = [];
  readonly #integrity: Settler[] = [];
  readonly #value = (entry: Entry): unknown => (typeof entry === "number" ? this.#built[entry] : entry[0]);

  constructor(nodes: readonly PacketNode[]) {
    this.#nodes = nodes;
    this.#built = new Array(nodes.length);
  }

  decode({ root, order = [] }: Packet): unknown {
    for (const id of order) this.#built[id] = this.#build(this.#nodes[id] as PacketNode, id);
    for (const id of order) this.#fill(id);
    for (const settle of this.#late) settle();
    for (const settle of this.#integrity) settle();
    return this.#value(root);
  }

  #build(node: PacketNode, id: number): unknown {
    switch (node.t) {
      case "known":
        return knownNamed(node.name);
      case "import": {
        const { t: _, ...reference } = node;
        return exportNamed(reference);
      }
      case "context":
        return contextFor(node.kind, node.url);
      case "symbol":
        return node.kind === "registered" ? Symbol.for(node.text) : uniqueSymbol(node.text, node.origin);
      case "kept":
        return keptHere(this.#value(node.of) as object, node);
      case "live":
        return liveHere(this.#value(node.of) as object, node.variable);
      case "made":
        return make(node.by, node.args.map(this.#value));
      case "prototype":
        return (this.#value(node.of) as AnyClass).prototype;
      case "member":
        return memberOf(this.#value(node.of) as object, node.key, this.#value);
      case "bound": {
        const target = this.#value(node.target) as () => void;
        return Function.prototype.bind.call(target, this.#value(node.self), ...node.args.map(this.#value));
      }
      case "function":
      case "class":
        return this.#buildFunction(node, id);
      case "revived":
        return this.#revive(node);
      case "reduced":
        return this.#reviveByUser(node);
      default:
        if (node.t === "object" && node.pool !== undefined) return this.#buildPooled(node, node.pool, id);
        return node.t === "object" && node.origin !== undefined
          ? this.#buildPrototype(node, node.origin, id)
          : this.#buildObject(node);
    }
  }

  /** What the class keeps here for that value stands for it. */
  #buildPooled(node: ObjectNode & { readonly t: "object" }, [holder, key]: Pool, id: number): object {
    const keeper = this.#value(holder) as object;
    const known = pooledHere(keeper, key, node, this.#value(node.proto ?? [null]) as object | null);
    if (known.object !== undefined) {
      this.#filled[id] = true;
      return known.object;
    }
    const object = this.#buildObject(node);
    if (known.free) keepPooled(keeper, key, object);
    return object;
  }

  /** An object that others inherit from is one here, too. Away from home it takes over what arrives. */
  #buildPrototype(node: ObjectNode, origin: string, id: number): object {
    const known = resident(origin) as object | undefined;
    if (known !== undefined) {
      this.#filled[id] = true;
      if (!isHome(origin) && Object.isExtensible(known)) this.#fillAgain(known, node);
      return known;
    }
    const object = this.#buildObject(node);
    adopt(object, origin, true);
    return object;
  }

  #fillAgain(object: object, node: ObjectNode): void {
    const { integrity } = node;
    this.#late.push(() => redefineProperties(object, node, this.#value));
    if (integrity !== undefined) this.#integrity.push(() => setIntegrity(object, integrity));
  }

  #buildFunction(node: FunctionNode, id: number): unknown {
    const original = resident(node.origin);
    if (original !== undefined) {
      this.#filled[id] = true;
      if (node.assigned && !isHome(node.origin))
        this.#late.push(() => updateStatics(original as AnyClass, node, this.#value));
      return original;
    }
    const [fn, settle] = rebuild(node, this.#value);
    if (settle) this.#late.push(() => settle(node.late.map(this.#value)));
    return fn;
  }

  #revive(node: RevivedNode): object {
    for (const id of node.before) this.#fill(id);
    const { revive } = registrationNamed(node.url, node.name);
    const object = revive(this.#value(node.data), this.#value(node.cls) as AnyClass);
    if (node.privates === undefined) return object;
    if (isInstalled(object)) return object;
    noteInstalled(object);
    return inspecting().installPrivate(
      node.privates,
      this.#value,
      Object.getPrototypeOf(object) as object,
      () => object,
    );
  }

  /** The user's function may call anything that is built: what closes cycles is set for it, and at the end again. */
  #reviveByUser(node: ReducedNode): unknown {
    for (const id of node.before) this.#fill(id);
    for (const settle of this.#late) settle();
    const hooks = this.#hooks(node);
    adoptHooks(this.#value(node.owner) as AnyClass, hooks);
    return hooks.revive(this.#value(node.data), this.#value(node.cls) as AnyClass);
  }

  #hooks({ reduce, revive }: HookEntries): AnyHooks {
    return { reduce: this.#value(reduce), revive: this.#value(revive) } as AnyHooks;
  }

  #buildObject(node: ObjectNode): object {
    if (node.privates !== undefined) {
      const proto = "proto" in node && node.proto !== undefined ? (this.#value(node.proto) as object | null) : null;
      return inspecting().installPrivate(node.privates, this.#value, proto, () => shellOf(node, this.#value));
    }
    const object = shellOf(node, this.#value);
    if ("proto" in node && node.proto !== undefined && node.t !== "object") {
      Object.setPrototypeOf(object, this.#value(node.proto) as object | null);
    }
    return object;
  }

  #fill(id: number): void {
    if (this.#filled[id]) return;
    this.#filled[id] = true;
    const node = this.#nodes[id] as PacketNode;
    const object = this.#built[id];
    switch (node.t) {
      case "function":
      case "class":
        if (node.proto !== undefined) Object.setPrototypeOf(object, this.#value(node.proto) as object | null);
        if (node.members) changeMembers(object as AnyClass, node.members, this.#value);
        this.#defineOwn(object as object, node);
        if (node.t === "class") writeStatics(object as AnyClass, node, this.#value);
        if (node.hooks) adoptHooks(object as AnyClass, this.#hooks(node.hooks));
        if (node.prototype) this.#fillPrototype(object as AnyClass, node.prototype);
        return;
      case "prototype":
        if (node.added) defineProperties(object as object, missingIn(object as object, node.added), this.#value);
        return;
      case "bound":
      case "made":
        this.#defineOwn(object as object, node);
        return;
      case "map":
        for (let i = 0; i < node.entries.length; i += 2) {
          const [key, value] = [node.entries[i] as Entry, node.entries[i + 1] as Entry];
          Map.prototype.set.call(object, this.#value(key), this.#value(value));
        }
        this.#define(object as object, node);
        return;
      case "set":
        for (const item of node.items) Set.prototype.add.call(object, this.#value(item));
        this.#define(object as object, node);
        return;
      case "object":
      case "array":
      case "native":
      case "view":
      case "error":
      case "exception":
      case "revived":
        this.#define(object as object, node);
        return;
    }
  }

  #fillPrototype(fn: AnyClass, node: NonNullable<FunctionNode["prototype"]>): void {
    if (node.whole !== undefined) {
      Object.defineProperty(fn, "prototype", { value: this.#value(node.whole) });
      return;
    }
    if (node.proto !== undefined) Object.setPrototypeOf(fn.prototype, this.#value(node.proto) as object | null);
    this.#defineOwn(fn.prototype, node);
  }

  #define(object: object, node: ObjectNode | RevivedNode): void {
    this.#defineOwn(object, node);
    const { privates } = node;
    if (privates !== undefined) this.#late.push(() => inspecting().writePrivate(object, privates, this.#value));
    const weak = node.t === "revived" ? undefined : node.weak;
    for (const [holder, value] of weak ?? NONE)
      this.#late.push(() => writeWeak(this.#value(holder), object, this.#value(value)));
  }

  #defineOwn(object: object, properties: Properties): void {
    defineProperties(object, properties, this.#value);
    const { integrity } = properties;
    if (integrity !== undefined) this.#integrity.push(() => setIntegrity(object, integrity));
  }
}

/** Tells the WeakMap or WeakSet of a class what the one at home knows of an object; a WeakSet has no `value`. */
function writeWeak(weak: unknown, object: object, value: unknown): void {
  if (weak instanceof WeakMap) WeakMap.prototype.set.call(weak, object, value);
  else WeakSet.prototype.add.call(weak as WeakSet<object>, object);
}

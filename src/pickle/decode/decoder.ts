/** Rebuilds the value of one packet: build in order, fill, settle (see packet.ts). */
import { PickleError } from "../errors.js";
import { adopt, resident } from "../origin.js";
import {
  ACCESSOR,
  CONFIGURABLE,
  ENUMERABLE,
  type Entry,
  type FunctionNode,
  type ObjectNode,
  type Packet,
  type PacketNode,
  type PrivateState,
  type Properties,
  type RevivedNode,
  WRITABLE,
} from "../packet.js";
import { type AnyClass, registrationNamed } from "../registry.js";
import { contextFor } from "../source/context.js";
import { noteImported } from "../source/imported.js";
import { knownValue } from "../source/known.js";
import { loadExport } from "../source/modules.js";
import { installPrivate, writePrivate } from "./private-state.js";
import { bareError, rebuild, stamp } from "./rebuild.js";

type Settler = () => void;

const INTEGRITY: Readonly<Record<NonNullable<Properties["integrity"]>, (object: object) => object>> = {
  freeze: Object.freeze,
  seal: Object.seal,
  preventExtensions: Object.preventExtensions,
};

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
        const value = loadExport(node.url, node.name);
        noteImported(value, reference);
        return value;
      }
      case "context":
        return contextFor(node.kind, node.url);
      case "symbol":
        return node.kind === "registered" ? Symbol.for(node.text) : uniqueSymbol(node.text, node.origin);
      case "made":
        return make(node.by, node.args.map(this.#value));
      case "prototype":
        return (this.#value(node.of) as AnyClass).prototype;
      case "bound": {
        const target = this.#value(node.target) as () => void;
        return Function.prototype.bind.call(target, this.#value(node.self), ...node.args.map(this.#value));
      }
      case "function":
      case "class":
        return this.#buildFunction(node, id);
      case "revived":
        return this.#revive(node);
      default:
        return this.#buildObject(node);
    }
  }

  #buildFunction(node: FunctionNode, id: number): unknown {
    const original = resident(node.origin);
    if (original !== undefined) {
      this.#filled[id] = true;
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
    return installPrivate(node.privates, this.#value, Object.getPrototypeOf(object) as object, () => object);
  }

  #buildObject(node: ObjectNode): object {
    if (node.privates !== undefined) {
      const proto = "proto" in node && node.proto !== undefined ? (this.#value(node.proto) as object | null) : null;
      return installPrivate(node.privates, this.#value, proto, () => shellOf(node, this.#value));
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
        this.#defineProperties(object as object, node);
        this.#writeStatics(object as AnyClass, node);
        if (node.prototype) this.#fillPrototype(object as AnyClass, node.prototype);
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

  #writeStatics(cls: AnyClass, { staticPrivates = [] }: FunctionNode): void {
    for (const [name, value] of staticPrivates) stamp.writers.get(cls)?.[`static ${name}`]?.(cls, this.#value(value));
  }

  #fillPrototype(fn: AnyClass, node: NonNullable<FunctionNode["prototype"]>): void {
    if (node.proto !== undefined) Object.setPrototypeOf(fn.prototype, this.#value(node.proto) as object | null);
    this.#define(fn.prototype, node);
  }

  #define(object: object, node: Properties & { readonly privates?: unknown }): void {
    this.#defineProperties(object, node);
    // Not before everything is built; a class writes its static ones itself.
    const { privates } = node as { privates?: readonly PrivateState[] };
    if (privates !== undefined) this.#late.push(() => writePrivate(object, privates, this.#value));
  }

  #defineProperties(object: object, { values, rows, integrity }: Properties): void {
    if (values !== undefined) for (const key of Object.keys(values)) assign(object, key, values[key]);
    for (const row of rows ?? []) {
      const [key, flags, value, setter] = row;
      const name = typeof key === "string" ? key : (this.#value(key) as symbol);
      const attributes = { enumerable: (flags & ENUMERABLE) !== 0, configurable: (flags & CONFIGURABLE) !== 0 };
      if (flags & ACCESSOR) {
        const get = this.#value(value) as () => unknown;
        const set = this.#value(setter as Entry) as (value: unknown) => void;
        Object.defineProperty(object, name, { get, set, ...attributes });
      } else {
        const writable = (flags & WRITABLE) !== 0;
        Object.defineProperty(object, name, { value: this.#value(value), writable, ...attributes });
      }
    }
    if (integrity !== undefined) this.#integrity.push(() => void INTEGRITY[integrity](object));
  }
}

/** Defines rather than sets: a setter of the prototype must not see it. */
function assign(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

function shellOf(node: ObjectNode, value: (entry: Entry) => unknown): object {
  switch (node.t) {
    case "object":
      return node.proto === undefined ? {} : Object.create(value(node.proto) as object | null);
    case "array":
      return node.items;
    case "map":
      return new Map();
    case "set":
      return new Set();
    case "native":
      if (node.lastIndex !== undefined) (node.value as RegExp).lastIndex = node.lastIndex;
      return node.value as object;
    case "view":
      return viewOf(node.kind, value(node.buffer) as ArrayBuffer, node.at, node.length);
    case "exception": {
      const exception = new DOMException(node.message, node.name);
      return Object.defineProperty(exception, "stack", { value: node.stack, writable: true, configurable: true });
    }
    case "error":
      return Object.defineProperty(bareError(), "stack", { value: node.stack, writable: true, configurable: true });
    default:
      throw new PickleError(
        `Cannot receive a value of the unknown kind ${JSON.stringify((node as { t: unknown }).t)}: do both sides run the same version of heddle?`,
      );
  }
}

function make(by: "URL" | "URLSearchParams" | "AbortSignal.abort", args: readonly unknown[]): object {
  if (by === "AbortSignal.abort") return AbortSignal.abort(args[0]);
  return by === "URL" ? new URL(String(args[0])) : new URLSearchParams(String(args[0]));
}

function viewOf(kind: string, buffer: ArrayBuffer, at: number, length: number): object {
  const View = knownNamed(kind) as new (buffer: ArrayBuffer, at: number, length: number) => object;
  return new View(buffer, at, length);
}

function knownNamed(name: string): unknown {
  const value = knownValue(name);
  if (value === undefined) throw new PickleError(`Cannot receive ${name}: this thread does not have it`);
  return value;
}

function uniqueSymbol(text: string, origin: string): symbol {
  const known = resident(origin);
  if (typeof known === "symbol") return known;
  const symbol = Symbol(text);
  adopt(symbol, origin, true);
  return symbol;
}

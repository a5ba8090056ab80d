/** Turns one value into a packet. Works through a list, not by recursion: data may be deeper than the stack. */
import * as types from "node:util/types";
import type { Transferable } from "node:worker_threads";
import { knownName } from "../builtins/known-names.js";
import { PickleError } from "../errors.js";
import { CommonJsModules } from "../modules/common-js.js";
import { entryModule } from "../modules/entry.js";
import { moduleOf } from "../modules/module-objects.js";
import type { Reference } from "../modules/noted-imports.js";
import type { Entry, FunctionNode, Packet, PacketNode } from "../packet.js";
import type { PackOptions } from "../pickle.js";
import { BeyondBounds } from "../text/bounded-parser.js";
import { refuseStrangers } from "./class/unexplained-fields.js";
import type { Encoding } from "./encoding.js";
import { encodeFunction } from "./function/capture.js";
import { type FunctionPlan, writeFactory } from "./function/factory.js";
import { encodeObject } from "./objects.js";
import { arrange } from "./order.js";
import { Hop, Path, type Step } from "./path.js";
import { PlainScan } from "./plain.js";
import { encodeSymbol, type SymbolUses } from "./symbols.js";
import type { Trials } from "./travel-trials.js";
import type { Watch } from "./watch.js";

/** A value that has a node but is not yet described. */
interface Pending {
  readonly id: number;
  readonly value: object | symbol;
  readonly path: Path;
}

/** Nodes that hold objects as they are. */
const HOLDING: ReadonlySet<PacketNode["t"]> = new Set(["native", "view", "array"]);

export class Encoder implements Encoding {
  readonly to: PackOptions["to"];
  readonly moved: ReadonlySet<unknown>;
  readonly asyncModules: boolean;
  readonly trials: Trials | undefined;
  readonly watch: Watch | undefined;
  readonly #nodes: PacketNode[] = [];
  readonly #ids = new Map<unknown, number>();
  readonly #standIns = new Map<string, number>();
  readonly #plans = new Map<number, FunctionPlan>();
  /** By node; none for those that stand for no value of their own. */
  readonly #paths: (Path | undefined)[] = [];
  readonly #pending: Pending[] = [];
  /** Symbols are described when all else is: how depends on what else travels. */
  readonly #symbols: Pending[] = [];
  /** Objects that have a symbol as a key, the first of each. */
  readonly #owners = new Map<symbol, object>();
  /** Symbols that are also values, not only keys. */
  readonly #values = new Set<symbol>();
  readonly #references = new Map<object, number>();
  readonly #prototypes = new Set<object>();
  readonly #scan: PlainScan;
  #holdsData = false;
  #commonJs: CommonJsModules | undefined;
  readonly #transfer: Set<unknown>;

  /** @param careful whether to send as nodes what may be too deep for structured clone: see plain.ts */
  constructor({ to, transfer = [], asyncModules = false, trials, watch }: PackOptions, careful = false) {
    this.to = to;
    this.asyncModules = asyncModules;
    this.trials = trials;
    this.watch = watch;
    this.moved = new Set<unknown>(transfer);
    this.#transfer = new Set<unknown>(transfer);
    this.#scan = new PlainScan(to, this.moved, careful);
  }

  /** Whether the packet refers to objects of the program, which may change until it is posted. */
  get isLive(): boolean {
    return this.#holdsData || this.#nodes.some(({ t }) => HOLDING.has(t));
  }

  /** What must be in the transfer list of the packet. */
  get transferred(): Transferable[] {
    return [...this.#transfer] as Transferable[];
  }

  /** @throws {PickleError} if something in `value` cannot travel */
  encode(value: unknown, name: string): Packet {
    const root = this.entry(value, undefined, new Hop(name));
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      this.#nodes[next.id] = this.#looked(next);
    }
    if (this.watch !== undefined)
      for (const [each, id] of this.#ids) this.watch.noteNode(each, this.#nodes[id] as PacketNode);
    if (typeof root !== "number") return { root };
    this.#refuseStrangers();
    return { root, nodes: this.#nodes, order: this.#arrange(), entry: entryModule() };
  }

  entry(value: unknown, path: Path | undefined, step: Step): Entry {
    if (!isReference(value)) return [value];
    if (typeof value === "symbol" && value !== step) this.#values.add(value);
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    if (typeof value === "object" && this.#scan.isPlain(value)) {
      this.#holdsData = true;
      this.watch?.noteData(value);
      return [value];
    }
    return this.#nodeOf(value, new Path(path, step));
  }

  prototypeEntry(proto: object | null, path: Path): Entry {
    if (proto !== null) this.#prototypes.add(proto);
    return proto === null ? [null] : (this.#ids.get(proto) ?? this.#nodeOf(proto, new Path(path, new Hop(""))));
  }

  isPrototype(object: object): boolean {
    return this.#prototypes.has(object);
  }

  #nodeOf(value: object | symbol, path: Path): number {
    const id = this.#reserve();
    this.#ids.set(value, id);
    this.#paths[id] = path;
    (typeof value === "symbol" ? this.#symbols : this.#pending).push({ id, value, path });
    return id;
  }

  #next(): Pending | undefined {
    return this.#pending.pop() ?? this.#symbols.pop();
  }

  entryOf(node: PacketNode): Entry {
    const key = JSON.stringify(node);
    let id = this.#standIns.get(key);
    if (id === undefined) {
      id = this.#reserve();
      this.#nodes[id] = node;
      this.#standIns.set(key, id);
    }
    return id;
  }

  noteKey(owner: object, key: symbol): void {
    if (!this.#owners.has(key)) this.#owners.set(key, owner);
  }

  noteReference(value: unknown, entry: Entry): void {
    const isCode = typeof value === "function" || types.isModuleNamespaceObject(value);
    if (isCode && typeof entry === "number") this.#references.set(value as object, entry);
  }

  isPlain(value: object): boolean {
    const isPlain = this.#scan.isPlain(value);
    this.#holdsData ||= isPlain;
    return isPlain;
  }

  get commonJs(): CommonJsModules {
    this.#commonJs ??= new CommonJsModules();
    return this.#commonJs;
  }

  moduleOf(object: object): Reference | undefined {
    return moduleOf(object, (value) => this.commonJs.has(value));
  }

  transfer(object: object): void {
    this.#transfer.add(object);
  }

  plan(id: number, plan: FunctionPlan): void {
    this.#plans.set(id, plan);
  }

  refusal(path: Path, problem: string, options?: ErrorOptions): PickleError {
    const where = path.where?.();
    const message = `Cannot send ${path}: ${problem}${where === undefined ? "" : `\n    ${where}`}`;
    return new PickleError(message, String(path), options);
  }

  #refuseStrangers(): void {
    refuseStrangers({
      ...{ nodes: this.#nodes, values: this.#ids, paths: this.#paths, references: this.#references.keys() },
      refuse: (path, problem) => this.refusal(path, problem),
    });
  }

  #reserve(): number {
    return this.#nodes.push(undefined as never) - 1;
  }

  #looked(pending: Pending): PacketNode {
    try {
      return this.#describe(pending);
    } catch (error) {
      if (error instanceof BeyondBounds) throw this.refusal(pending.path, error.message, { cause: error });
      throw error;
    }
  }

  #describe({ id, value, path }: Pending): PacketNode {
    const name = knownName(value);
    if (name !== undefined) return { t: "known", name };
    if (typeof value === "symbol") return encodeSymbol(value, this.#symbolUses(), path);
    if (typeof value !== "function") return encodeObject(this, value, path);
    const node = encodeFunction(this, id, value, path);
    if (node.t === "import" || node.t === "kept") this.noteReference(value, id);
    return node;
  }

  #symbolUses(): SymbolUses {
    return {
      references: this.#references,
      ownerOf: (symbol) => this.#owners.get(symbol),
      isValue: (symbol) => this.#values.has(symbol),
      refuse: (path, problem) => this.refusal(path, problem),
    };
  }

  /** Orders the nodes and writes the functions, now that it is known which variables are set late. */
  #arrange(): readonly number[] {
    const { order, late, inItself } = arrange(this.#nodes);
    if (inItself !== undefined) {
      throw this.refusal(this.#paths[inItself] as Path, "what its class reduces it to leads back to the object itself");
    }
    for (const [id, plan] of this.#plans) {
      const node = this.#nodes[id] as FunctionNode;
      const places = late.get(id);
      node.code = writeFactory(plan, places && new Set(plan.names.filter((_, place) => places.has(place))));
      if (places === undefined) continue;
      node.late = node.env.filter((_, place) => places.has(place));
      node.env = node.env.filter((_, place) => !places.has(place));
    }
    return order;
  }
}

function isReference(value: unknown): value is object | symbol {
  return (typeof value === "object" && value !== null) || typeof value === "function" || typeof value === "symbol";
}

/**
 * Tells plain data, which structured clone carries as it is, from what needs nodes. An object is plain if structured clone
 * loses nothing of it but attributes of single properties, and everything it leads to is plain.
 *
 * Most data is a small tree, so it is first walked as a tree, with limits and no bookkeeping. What is not proven plain by
 * that (shared parts, cycles, anything special, great depth) is decided once for every object, per strongly connected
 * component: an object is special if it is so itself or leads to a special one.
 * Source: R. Tarjan, Depth-first search and linear graph algorithms, 1972.
 */
import { inspect, types } from "node:util";
import type { Destination } from "../pickle.js";

/** Structured clone recurses: deeper data is sent as nodes, which do not. */
const DEEPEST = 400;
/** Objects looked at as a tree: a graph with shared parts can be exponentially larger as a tree than it is. */
const TREE_BUDGET = 200_000;
const TREE_DEPTH = 64;
/** Longer arrays have their extra properties found by other means than listing all keys. */
const LONG_ARRAY = 64;

const NOTHING: readonly object[] = [];
const ITEMS_ONLY = { maxArrayLength: 0, depth: 0, breakLength: Infinity, customInspect: false };
const { __lookupGetter__: lookupGetter, __lookupSetter__: lookupSetter } = Object.prototype as unknown as {
  __lookupGetter__(key: string): (() => unknown) | undefined;
  __lookupSetter__(key: string): ((value: unknown) => void) | undefined;
};

const typedArrayPrototypes: readonly object[] = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
].map((each) => each.prototype);

type Kind = "object" | "array" | "map" | "set" | "regexp" | "leaf" | "view" | "shared";

const kindOf = new Map<object, Kind>([
  [Object.prototype, "object"],
  [Array.prototype, "array"],
  [Map.prototype, "map"],
  [Set.prototype, "set"],
  [RegExp.prototype, "regexp"],
  [Date.prototype, "leaf"],
  [Number.prototype, "leaf"],
  [String.prototype, "leaf"],
  [Boolean.prototype, "leaf"],
  [BigInt.prototype, "leaf"],
  [ArrayBuffer.prototype, "leaf"],
  [DataView.prototype, "view"],
  [SharedArrayBuffer.prototype, "shared"],
  ...typedArrayPrototypes.map((each) => [each, "view"] as const),
]);

/** Decides for one packing, and remembers what it decided. */
export class PlainScan {
  readonly #to: Destination;
  readonly #moved: ReadonlySet<unknown>;
  readonly #decided = new Map<object, boolean>();
  #budget = TREE_BUDGET;

  /** @param moved what is transferred: it is plain whatever it is */
  constructor(to: Destination, moved: ReadonlySet<unknown>) {
    this.#to = to;
    this.#moved = moved;
  }

  isPlain(object: object): boolean {
    const decided = this.#decided.get(object);
    if (decided !== undefined) return decided;
    if (this.#isPlainTree(object, 0)) {
      // Remembered only at the top: what lies inside is seen through it, or asked about again.
      this.#decided.set(object, true);
      return true;
    }
    this.#decide(object);
    return this.#decided.get(object) as boolean;
  }

  #isPlainTree(object: object, depth: number): boolean {
    if (depth > TREE_DEPTH || this.#budget-- <= 0 || this.#decided.get(object) === false) return false;
    const inside = this.#inside(object);
    if (inside === undefined) return false;
    for (const each of inside) if (!this.#isPlainTree(each, depth + 1)) return false;
    return true;
  }

  /** Tarjan's algorithm without recursion. */
  #decide(root: object): void {
    const index = new Map<object, Visit>();
    const open: Visit[] = [];
    const path: Visit[] = [];
    const enter = (object: object): Visit => {
      const inside = path.length > DEEPEST ? undefined : this.#inside(object);
      const visit: Visit = {
        ...{ object, order: index.size, low: index.size, next: 0 },
        ...{ inside: inside ?? NOTHING, special: inside === undefined, closed: false },
      };
      index.set(object, visit);
      open.push(visit);
      path.push(visit);
      return visit;
    };
    enter(root);
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const child = visit.inside[visit.next++];
      if (child === undefined) {
        path.pop();
        this.#close(visit, open);
        const parent = path.at(-1);
        if (parent) join(parent, visit);
        continue;
      }
      const decided = this.#decided.get(child);
      const seen = index.get(child);
      if (decided !== undefined) visit.special ||= !decided;
      else if (seen !== undefined) visit.low = Math.min(visit.low, seen.order);
      else enter(child);
    }
  }

  /** Once everything that `visit` leads to is known, and it leads to nothing before itself, its component is decided. */
  #close(visit: Visit, open: Visit[]): void {
    if (visit.low !== visit.order) return;
    const members = open.splice(open.lastIndexOf(visit));
    const special = members.some((each) => each.special);
    for (const each of members) {
      each.closed = true;
      each.special = special;
      this.#decided.set(each.object, !special);
    }
  }

  /** @returns the objects that a plain object holds, or undefined if it is not plain by itself */
  #inside(object: object): readonly object[] | undefined {
    if (this.#moved.has(object)) return NOTHING;
    if (types.isProxy(object) || !Object.isExtensible(object)) return undefined;
    switch (kindOf.get(Object.getPrototypeOf(object))) {
      case "object":
        return insideObject(object as Record<string, unknown>);
      case "array":
        return Array.isArray(object) ? insideArray(object) : undefined;
      case "map":
        return types.isMap(object) && Reflect.ownKeys(object).length === 0 ? insideMap(object) : undefined;
      case "set":
        return types.isSet(object) && Reflect.ownKeys(object).length === 0 ? objectsOf(object) : undefined;
      case "regexp":
        return types.isRegExp(object) && object.lastIndex === 0 && Reflect.ownKeys(object).length === 1
          ? NOTHING
          : undefined;
      case "leaf":
        return isLeaf(object) ? NOTHING : undefined;
      case "view":
        return ArrayBuffer.isView(object) && this.#to === "thread" ? NOTHING : undefined;
      case "shared":
        return types.isSharedArrayBuffer(object) && this.#to === "thread" ? NOTHING : undefined;
      default:
        return undefined;
    }
  }
}

interface Visit {
  readonly object: object;
  readonly order: number;
  readonly inside: readonly object[];
  low: number;
  next: number;
  special: boolean;
  closed: boolean;
}

function join(parent: Visit, child: Visit): void {
  if (!child.closed) parent.low = Math.min(parent.low, child.low);
  parent.special ||= child.special;
}

/** Asks for what is cheap to ask, as every object of every message passes here: listing all keys takes seven times as long. */
function insideObject(object: Record<string, unknown>): readonly object[] | undefined {
  let found: object[] | undefined;
  const keys = Object.keys(object);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    if (lookupGetter.call(object, key) !== undefined) return undefined;
    const value = object[key];
    switch (typeof value) {
      case "function":
      case "symbol":
        return undefined;
      case "undefined":
        // A setter alone reads like this.
        if (lookupSetter.call(object, key) !== undefined) return undefined;
        break;
      case "object":
        if (value !== null) found = withAlso(found, value);
    }
  }
  // The prototype object of a class is no data, although its members are hidden from this look.
  const special = Object.hasOwn(object, "constructor") || Object.getOwnPropertySymbols(object).length > 0;
  return special ? undefined : (found ?? NOTHING);
}

/** Most objects hold no other: they need no list. */
function withAlso(list: object[] | undefined, object: object): object[] {
  if (list === undefined) return [object];
  list.push(object);
  return list;
}

function insideArray(array: readonly unknown[]): readonly object[] | undefined {
  if (hasExtraProperties(array)) return undefined;
  return objectsOf(array);
}

/** Listing the keys of a long array costs more than cloning it: there `inspect` counts the items and shows the others. */
function hasExtraProperties(array: readonly unknown[]): boolean {
  if (array.length <= LONG_ARRAY) {
    const keys = Object.keys(array);
    // A name can make up for a hole in number; names come after the indices.
    const full = keys.length === array.length && (keys.length === 0 || keys.at(-1) === String(array.length - 1));
    if (full && Object.getOwnPropertySymbols(array).length === 0) return false;
  } else if (inspect(array, ITEMS_ONLY) === `[ ... ${array.length} more items ]`) return false;
  // The keys of an array are its indices, `length`, and then all others.
  return Reflect.ownKeys(array).at(-1) !== "length";
}

function insideMap(map: Map<unknown, unknown>): readonly object[] | undefined {
  const keys = objectsOf(map.keys());
  const values = keys && objectsOf(map.values());
  return values && (keys.length === 0 ? values : [...keys, ...values]);
}

function objectsOf(values: Iterable<unknown>): readonly object[] | undefined {
  let found: object[] | undefined;
  for (const value of values) {
    switch (typeof value) {
      case "function":
      case "symbol":
        return undefined;
      case "object":
        if (value !== null) found = withAlso(found, value);
    }
  }
  return found ?? NOTHING;
}

/** The prototype alone does not prove it: `Object.create(Date.prototype)` is no date. */
function isLeaf(object: object): boolean {
  if (types.isAnyArrayBuffer(object)) return true;
  if (types.isBoxedPrimitive(object))
    return Reflect.ownKeys(object).length === (types.isStringObject(object) ? object.length + 1 : 0);
  return types.isDate(object) && Reflect.ownKeys(object).length === 0;
}

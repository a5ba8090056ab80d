/**
 * In which order the receiver builds the nodes. A node needs some others to exist before it (hard edges: variables, base
 * class, prototype); what is put into it afterwards may come at any time (soft edges: properties, items).
 *
 * Hard edges can form a cycle only through the variables of functions, as in `const f = () => g(), g = () => f()`. Within a
 * strongly connected component every such variable is set late; what is left has an order.
 */
import type { Entry, FunctionNode, PacketNode, Properties } from "../packet.js";
import { propertyEdges } from "./properties.js";
import { isRemade } from "./remade.js";

export interface Arrangement {
  readonly order: readonly number[];
  /** Of each function: places in its `env` that are set late. */
  readonly late: ReadonlyMap<number, ReadonlySet<number>>;
  /** An object whose own data leads back to it, if there is one: it cannot be revived. */
  readonly inItself?: number;
}

/** @returns the order of building; RevivedNode and ReducedNode have their `before` filled in */
export function arrange(nodes: readonly PacketNode[]): Arrangement {
  for (const [id, node] of nodes.entries()) {
    if (node.t !== "revived" && node.t !== "reduced") continue;
    node.before = reachable(nodes, node.data);
    if (node.before.includes(id)) return { order: [], late: new Map(), inItself: id };
  }
  const edges = nodes.map((node) => numbers(hardEdges(node)));
  const { component, order } = components(edges);
  const late = new Map<number, Set<number>>();
  for (const [id, node] of nodes.entries()) {
    if (!isFunction(node)) continue;
    const inside = new Set<number>();
    for (const [place, entry] of node.env.entries()) {
      if (typeof entry === "number" && component[entry] === component[id]) inside.add(place);
    }
    if (inside.size > 0) late.set(id, inside);
  }
  if (late.size === 0) return { order, late };
  const early = nodes.map((node, id) => {
    const places = late.get(id);
    return isFunction(node) && places ? numbers(hardEdges(node, places)) : (edges[id] as number[]);
  });
  return { order: components(early).order, late };
}

function isFunction(node: PacketNode): node is FunctionNode {
  return node.t === "function" || node.t === "class";
}

function numbers(entries: Iterable<Entry | undefined>): number[] {
  const found: number[] = [];
  for (const entry of entries) if (typeof entry === "number") found.push(entry);
  return found;
}

function* hardEdges(node: PacketNode, without?: ReadonlySet<number>): Generator<Entry | undefined> {
  switch (node.t) {
    case "function":
    case "class":
      for (const [place, entry] of node.env.entries()) if (!without?.has(place)) yield entry;
      yield* [node.self, node.parts?.base, ...(node.parts?.keys ?? [])];
      return;
    case "kept":
    case "live":
    case "prototype":
      return yield node.of;
    case "member":
      if (typeof node.key !== "string") yield node.key;
      return yield node.of;
    case "made":
      return yield* node.args;
    case "bound":
      return yield* [node.target, node.self, ...node.args];
    case "revived":
      for (const { cls } of node.privates ?? []) yield cls;
      return yield* [node.cls, ...node.before];
    case "reduced":
      return yield* [node.cls, node.owner, node.reduce, node.revive, ...node.before];
  }
  if (!isRemade(node)) return;
  if ("buffer" in node) yield node.buffer;
  if ("proto" in node) yield node.proto;
  if ("pool" in node) yield node.pool?.[0];
  for (const { cls } of node.privates ?? []) yield cls;
}

function* softEdges(node: PacketNode): Generator<Entry | undefined> {
  if (isFunction(node)) {
    yield* propertyEdges(node as Properties);
    yield node.proto;
    for (const [key] of node.members ?? []) if (typeof key !== "string") yield key;
    if (node.prototype) yield* [node.prototype.proto, node.prototype.whole, ...propertyEdges(node.prototype)];
    for (const [, value] of node.staticPrivates ?? []) yield value;
    if (node.hooks) yield* [node.hooks.reduce, node.hooks.revive];
    return;
  }
  switch (node.t) {
    case "map":
      yield* node.entries;
      break;
    case "set":
      yield* node.items;
      break;
    case "prototype":
      return yield* propertyEdges(node.added ?? {});
    case "bound":
    case "made":
      return yield* propertyEdges(node);
    case "reduced":
      return yield node.data;
    case "revived":
      yield node.data;
      break;
    case "object":
    case "array":
    case "native":
    case "view":
    case "error":
    case "exception":
      break;
    default:
      return;
  }
  yield* propertyEdges(node);
  for (const { values } of node.privates ?? []) for (const [, value] of values) yield value;
  if ("weak" in node) for (const entries of node.weak ?? []) yield* entries;
}

/** @returns every node that `from` leads to, in any way */
function reachable(nodes: readonly PacketNode[], from: Entry): number[] {
  const seen = new Set<number>();
  const open = numbers([from]);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const node = nodes[id] as PacketNode;
    open.push(...numbers(hardEdges(node)), ...numbers(softEdges(node)));
  }
  return [...seen];
}

interface Visit {
  readonly id: number;
  next: number;
}

/**
 * Strongly connected components, numbered, and the nodes with those they lead to first.
 * Source: R. Tarjan, Depth-first search and linear graph algorithms, 1972; without recursion.
 */
function components(edges: readonly (readonly number[])[]): { component: number[]; order: number[] } {
  const index = new Array<number>(edges.length).fill(-1);
  const low = new Array<number>(edges.length).fill(-1);
  const component = new Array<number>(edges.length).fill(-1);
  const order: number[] = [];
  const open: number[] = [];
  let count = 0;
  const enter = (id: number): Visit => {
    index[id] = low[id] = count++;
    open.push(id);
    return { id, next: 0 };
  };
  const lower = (id: number, to: number): void => {
    low[id] = Math.min(low[id] as number, to);
  };
  for (const start of edges.keys()) {
    const path = index[start] === -1 ? [enter(start)] : [];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const { id } = visit;
      const child = edges[id]?.[visit.next++];
      if (child === undefined) {
        path.pop();
        order.push(id);
        if (low[id] === index[id]) close(id, open, component);
        const parent = path.at(-1);
        if (parent) lower(parent.id, low[id] as number);
      } else if (index[child] === -1) path.push(enter(child));
      else if (component[child] === -1) lower(id, index[child] as number);
    }
  }
  return { component, order };
}

function close(id: number, open: number[], component: number[]): void {
  for (let member = open.pop(); member !== undefined; member = open.pop()) {
    component[member] = id;
    if (member === id) return;
  }
}

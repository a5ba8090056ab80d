/**
 * Tells plain data, which structured clone carries as it is, from what needs nodes. An object is plain if structured clone
 * loses nothing of it (clone-view.ts), and everything it leads to is plain.
 *
 * Most data is a small tree, so it is first walked as a tree, with limits and no bookkeeping. What is not proven plain by
 * that (shared parts, cycles, anything special, great depth) is decided once for every object: all that can be reached is
 * numbered and its edges are noted; then what is special by itself passes that on, against the direction of the edges.
 */
import * as types from "node:util/types";
import type { Destination } from "../destination.js";
import { inside, NOTHING } from "./clone-view.js";

/** Thrown by a scan when the value must be encoded anew by a scan that is `careful`. */
export class TooDeep extends Error {}

/** Structured clone recurses: deeper data is sent as nodes, which do not. */
const DEEPEST = 400;
/** Objects looked at as a tree: a graph with shared parts can be exponentially larger as a tree than it is. */
const TREE_BUDGET = 200_000;
const TREE_DEPTH = 64;
/** Objects looked at to prove that data is not too deep from elsewhere than where it was first met. */
const DEPTH_BUDGET = 1_000_000;

/** Decides for one packing, and remembers what it decided. */
export class PlainScan {
  readonly #to: Destination;
  readonly #moved: ReadonlySet<unknown>;
  readonly #ids = new Map<object, number>();
  /** By id; of the objects that are being decided, so far. */
  readonly #special: boolean[] = [];
  /** Objects that were decided together with so many others that there may be a long way through them. */
  readonly #long = new Set<object>();
  readonly #careful: boolean;
  #budget = TREE_BUDGET;
  #depthBudget = DEPTH_BUDGET;

  /**
   * @param moved what is transferred: it is plain whatever it is
   * @param careful only small trees are plain, which are not deep from anywhere
   */
  constructor(to: Destination, moved: ReadonlySet<unknown>, careful = false) {
    this.#to = to;
    this.#moved = moved;
    this.#careful = careful;
  }

  /** @throws {TooDeep} if it was found plain from elsewhere, but from here on is deeper than structured clone can go */
  isPlain(object: object): boolean {
    const id = this.#ids.get(object);
    if (id !== undefined) {
      const plain = this.#special[id] === false;
      if (plain && this.#long.has(object)) this.#refuseDeep(object);
      return plain;
    }
    if (this.#isPlainTree(object, 0)) {
      // Remembered only at the top: what lies inside is seen through it, or asked about again.
      this.#number(object, false);
      return true;
    }
    const root = this.#special.length;
    if (this.#careful) this.#number(object, true);
    else this.#decide(object);
    return this.#special[root] === false;
  }

  #isPlainTree(object: object, depth: number): boolean {
    if (depth > TREE_DEPTH || this.#budget-- <= 0) return false;
    const held = this.#inside(object);
    if (held === undefined) return false;
    for (const each of held) if (!this.#isPlainTree(each, depth + 1)) return false;
    return true;
  }

  /** Numbers everything that `root` leads to, depth first and without recursion; `root` comes first. */
  #decide(root: object): void {
    const first = this.#special.length;
    const edges = new Edges(first);
    const path: number[] = [];
    const lists: (readonly object[])[] = [];
    const enter = (object: object): number => {
      const held = path.length > DEEPEST ? undefined : this.#inside(object);
      const id = this.#number(object, held === undefined);
      if (held !== undefined && held.length > 0) {
        path.push(id, 0);
        lists.push(held);
      }
      return id;
    };
    enter(root);
    while (lists.length > 0) {
      const held = lists.at(-1) as readonly object[];
      const next = path.at(-1) as number;
      if (next === held.length) {
        path.length -= 2;
        lists.pop();
        continue;
      }
      path[path.length - 1] = next + 1;
      const parent = path.at(-2) as number;
      const child = held[next] as object;
      const id = this.#ids.get(child) ?? enter(child);
      if (id >= first) edges.add(id, parent);
      else if (this.#special[id]) this.#special[parent] = true;
    }
    edges.spread(this.#special);
    if (this.#special.length - first <= DEEPEST) return;
    for (const [object, id] of this.#ids) if (id > first && this.#special[id] === false) this.#long.add(object);
  }

  /** The body is not cloned in the order in which its parts are found plain. */
  #refuseDeep(start: object): void {
    const seen = new Set([start]);
    const lists = [this.#inside(start) ?? NOTHING];
    const next = [0];
    while (lists.length > 0) {
      const place = next.pop() ?? 0;
      const child = lists.at(-1)?.[place];
      if (child === undefined) {
        lists.pop();
        continue;
      }
      next.push(place + 1);
      if (!seen.has(child)) {
        if (lists.length > DEEPEST || this.#depthBudget-- <= 0) throw new TooDeep();
        seen.add(child);
        lists.push(this.#inside(child) ?? NOTHING);
        next.push(0);
      }
    }
    this.#long.delete(start);
  }

  #number(object: object, special: boolean): number {
    const id = this.#special.push(special) - 1;
    this.#ids.set(object, id);
    return id;
  }

  #inside(object: object): readonly object[] | undefined {
    // A buffer may be more than plain when it moves, too.
    return this.#moved.has(object) && !types.isArrayBuffer(object) ? NOTHING : inside(object, this.#to);
  }
}

/** Who holds whom, as linked lists in plain arrays: an object for each edge would cost more than all the rest. */
class Edges {
  readonly #first: number;
  /** By child: its latest edge, plus one. */
  readonly #latest: number[] = [];
  /** By edge: the holder, and the edge before it of the same child, plus one. */
  readonly #holders: number[] = [];
  readonly #before: number[] = [];

  /** @param first the lowest id */
  constructor(first: number) {
    this.#first = first;
  }

  add(child: number, holder: number): void {
    const place = child - this.#first;
    this.#before.push(this.#latest[place] ?? 0);
    this.#latest[place] = this.#holders.push(holder);
  }

  /** Makes special whatever leads to something special. */
  spread(special: boolean[]): void {
    const open: number[] = [];
    for (let id = this.#first; id < special.length; id++) if (special[id]) open.push(id);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (let edge = this.#latest[id - this.#first] ?? 0; edge !== 0; edge = this.#before[edge - 1] as number) {
        const holder = this.#holders[edge - 1] as number;
        if (special[holder]) continue;
        special[holder] = true;
        open.push(holder);
      }
    }
  }
}

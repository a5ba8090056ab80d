/**
 * The functions of a line: each has a block that workers read when they first run it, and that its tasks name.
 *
 *   defined ──forget──▶ forgotten ──its last task is over──▶ freed
 *
 * Invariant: the block of a function is there as long as a slot names it. So a worker that has claimed a task may read it.
 */
import { HEADER_WORDS } from "../../memory/allocator.js";
import type { Handle } from "../../memory/heap.js";
import type { Realm } from "../../memory/realm.js";
import type { Packed } from "../../pickle/pickle.js";
import { type Codecs, codecsOf } from "../codec/codec.js";
import type { FunctionId } from "./line.js";
import { BY_MESSAGE, COSTS_PER_MS, Fn, UNKNOWN_COST } from "./slot-layout.js";
import type { SlotMemory } from "./slot-memory.js";

/** A function, for the owner. */
export interface LineFunction {
  readonly id: FunctionId;
  readonly handle: Handle;
  /** Names its block. */
  readonly cell: number;
  /** What goes by message. */
  readonly body: unknown;
  /** Slots that name it. */
  tasks: number;
  isForgotten: boolean;
}

/** @returns index of the first word behind the header */
export function fnAt(handle: Handle): number {
  return (handle << 4) + HEADER_WORDS;
}

export class LineFunctions {
  readonly #realm: Realm;
  readonly #memory: SlotMemory;
  readonly #codecs: Codecs;
  readonly #byId = new Map<FunctionId, LineFunction>();
  #last: LineFunction | undefined;
  #count = 0;

  constructor(realm: Realm, memory: SlotMemory) {
    this.#realm = realm;
    this.#memory = memory;
    this.#codecs = codecsOf(realm);
  }

  /** @throws {HeapFullError} */
  define({ body }: Packed): LineFunction {
    const id = ++this.#count;
    const codec = this.#codecs.borrow();
    try {
      const isPlain = encodes(() => codec.encode(body));
      const cell = this.#memory.allocate((Fn.BYTES + (isPlain ? Math.ceil(codec.length / 4) : 0)) * 4);
      const { heap } = this.#realm;
      const handle = heap.i32[cell]!;
      const at = fnAt(handle);
      heap.i32[at + Fn.NUMBER] = id;
      heap.i32[at + Fn.COST] = UNKNOWN_COST;
      heap.i32[at + Fn.KIND] = isPlain ? codec.kind : BY_MESSAGE;
      if (isPlain) {
        heap.i32[at + Fn.INTEGER] = codec.integer;
        heap.i32[at + Fn.LENGTH] = codec.length;
        codec.writeTo(heap, (at + Fn.BYTES) * 4);
      }
      const fn = { id, handle, cell, body: isPlain ? undefined : body, tasks: 0, isForgotten: false };
      this.#byId.set(id, fn);
      return fn;
    } finally {
      this.#codecs.return(codec);
    }
  }

  get(id: FunctionId): LineFunction | undefined {
    if (this.#last?.id !== id) this.#last = this.#byId.get(id);
    return this.#last;
  }

  forget(id: FunctionId): void {
    const fn = this.get(id);
    if (fn === undefined || fn.isForgotten) return;
    fn.isForgotten = true;
    if (fn.tasks === 0) this.#free(fn);
  }

  /** A slot names it. */
  hold(fn: LineFunction): void {
    fn.tasks++;
  }

  /** A slot that named it is free. */
  letGo(fn: LineFunction): void {
    if (--fn.tasks === 0 && fn.isForgotten) this.#free(fn);
  }

  /** What a call costs, as workers have measured. */
  cost(fn: LineFunction): number {
    return this.#realm.heap.i32[fnAt(fn.handle) + Fn.COST]!;
  }

  #free(fn: LineFunction): void {
    this.#byId.delete(fn.id);
    this.#last = undefined;
    this.#memory.free(fn.cell);
  }
}

/** @returns a cost in milliseconds */
export function millisecondsOf(cost: number): number {
  return cost / COSTS_PER_MS;
}

/** @returns whether bytes can stand for the value */
function encodes(encode: () => unknown): boolean {
  try {
    encode();
    return true;
  } catch {
    return false; // the engine may be able to clone it
  }
}

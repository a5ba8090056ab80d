/** The queues of the product over a mortal heap, beside a model that says what they may hold. */
import { codecsOf, type Encoded } from "#heddle/channel/codec/codec.js";
import { ShutDown } from "#heddle/channel/errors.js";
import { queueAt } from "#heddle/channel/queue-at.js";
import type { QueueCore } from "#heddle/channel/queue-core.js";
import { Fifo } from "#heddle/channel/storage/fifo.js";
import { Lifo } from "#heddle/channel/storage/lifo.js";
import { Priority } from "#heddle/channel/storage/priority.js";
import type { ItemSink, Storage } from "#heddle/channel/storage/storage.js";
import { processRealm } from "#heddle/memory/process-realm.js";
import type { Citizen } from "./mortal-heap.js";

/** Numbers are their own priority, texts go by their length; the rest comes last. */
export type Item = number | string | { readonly last: number };

/** What a history does to a queue, and to the model of one. */
export interface Driven {
  put(item: Item): void;
  get(): Item | undefined;
  shutdown(immediate: boolean): void;
}

export const rankOf = (item: Item): number =>
  typeof item === "number" ? item : typeof item === "string" ? item.length : 1e9;

const storages = {
  Queue: (citizen: Citizen, handle: number) => new Fifo(citizen, handle),
  LifoQueue: (citizen: Citizen, handle: number) => new Lifo(citizen, handle),
  PriorityQueue: (citizen: Citizen, handle: number) => new Priority(citizen, handle) as Storage<Encoded, ItemSink>,
};
export type Kind = keyof typeof storages;
export const kinds = Object.keys(storages) as Kind[];

export class DrivenQueue implements Driven {
  readonly core: QueueCore<Encoded, ItemSink>;
  readonly #codec = codecsOf(processRealm()).borrow();

  constructor(kind: Kind, citizen: Citizen, handle: number) {
    this.core = queueAt(handle, 0, citizen, { storage: storages[kind](citizen, handle) });
  }
  put(item: Item): void {
    const encoded = Object.assign(this.#codec.encode(item), { rank: rankOf(item) });
    this.core.tryPut(encoded);
  }
  get(): Item | undefined {
    return this.core.tryTake(this.#codec) ? (this.#codec.decode() as Item) : undefined;
  }
  shutdown(immediate: boolean): void {
    this.core.shutdown(immediate);
  }
  /** Takes everything. */
  drain(): Item[] {
    const items: Item[] = [];
    try {
      for (let item = this.get(); item !== undefined; item = this.get()) items.push(item);
    } catch (error) {
      if (!(error instanceof ShutDown)) throw error;
    }
    return items;
  }
}

/** Items in the order in which they leave. */
export class ModelQueue implements Driven {
  readonly #kind: Kind;
  #items: Item[] = [];
  #shut = false;

  constructor(kind: Kind) {
    this.#kind = kind;
  }
  put(item: Item): void {
    const before = (other: Item): boolean => this.#kind === "LifoQueue" || rankOf(item) < rankOf(other);
    const place = this.#kind === "Queue" ? -1 : this.#items.findIndex(before);
    this.#items.splice(place === -1 ? this.#items.length : place, 0, item);
  }
  get(): Item | undefined {
    return this.#items.shift();
  }
  shutdown(immediate: boolean): void {
    this.#shut = true;
    if (immediate) this.#items = [];
  }
  get state(): string {
    return stateOf(this.#items, this.#shut);
  }
}

export function stateOf(items: readonly Item[], shut: boolean): string {
  const short = items.map((item) => (typeof item === "string" ? item[0]! + item.length : JSON.stringify(item)));
  return `${shut ? "shut: " : ""}${short.join()}`;
}

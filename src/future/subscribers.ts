/**
 * Those who want to be told once. A list linked through its entries: joining and leaving are O(1), so 100,000 waits
 * that are cancelled one by one cost no more than 100,000 that are not.
 *
 * Invariant: an entry is linked until it is told or leaves, whichever comes first; never both.
 */
class Entry<T> {
  readonly callback: (value: T) => void;
  linked = true;
  previous: Entry<T> | undefined;
  next: Entry<T> | undefined = undefined;

  constructor(callback: (value: T) => void, previous: Entry<T> | undefined) {
    this.callback = callback;
    this.previous = previous;
  }
}

export class Subscribers<T> {
  #first: Entry<T> | undefined;
  #last: Entry<T> | undefined;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** @returns a function that takes the subscription back; harmless once it was told */
  add(callback: (value: T) => void): () => void {
    const entry = new Entry(callback, this.#last);
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    return () => this.#remove(entry);
  }

  /** Tells everyone, in the order in which they joined. Callbacks do not throw; nobody may join meanwhile. */
  notify(value: T): void {
    for (let entry = this.#first; entry !== undefined; entry = this.#first) {
      this.#remove(entry);
      entry.callback(value);
    }
  }

  #remove(entry: Entry<T>): void {
    if (!entry.linked) return;
    entry.linked = false;
    if (entry.previous === undefined) this.#first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next === undefined) this.#last = entry.previous;
    else entry.next.previous = entry.previous;
  }
}

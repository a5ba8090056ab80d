/** One worker, as the owner of a line of messages sees it. */
import type { Transferable } from "node:worker_threads";
import type { FunctionId, LinePost, WorkerId } from "./line.js";
import type { Entry } from "./message-entry.js";
import type { TaskMessage, ToEnd } from "./message-protocol.js";

/** What could not be posted. */
export interface Unsent<Task> {
  readonly entry: Entry<Task>;
  readonly error: unknown;
}

export class Member<Task> {
  readonly worker: WorkerId;
  /** What it was sent, or is sent in this turn, in the order that it runs them. */
  held: Entry<Task>[] = [];
  readonly #handle: LinePost;
  readonly #knows = new Set<FunctionId>();
  /** Taken in this turn. */
  #unsent: Entry<Task>[] = [];
  /** It gets so many more. */
  #left: number;
  #isAsked = false;
  /** Others had nothing to do while it had more than one task: it gets no more until it answers. */
  #isSlow = false;

  constructor(worker: WorkerId, handle: LinePost, mostTasks: number) {
    this.worker = worker;
    this.#handle = handle;
    this.#left = mostTasks;
  }

  get isIdle(): boolean {
    return this.held.length === 0 && this.#left > 0;
  }

  /** How many more tasks it may have. Not before it has done half of what it has: each message costs. */
  get room(): number {
    if (this.#isAsked || this.#isSlow) return 0;
    const depth = Math.min(this.#depth, this.held.length + this.#left);
    return this.held.length <= depth / 2 ? Math.max(depth - this.held.length, 0) : 0;
  }

  get #depth(): number {
    const { length } = this.held;
    const last = this.held[length - 1];
    return (last ?? this.#answered)?.fn.pace.depth ?? 1;
  }

  /** The last that it has answered. */
  #answered: Pick<Entry<Task>, "fn"> | undefined;

  mayHave(entry: Entry<Task>): boolean {
    if (this.#left <= 0 || this.#isAsked || this.#isSlow) return false;
    if (this.held.length === 0) return true;
    return this.held.length < entry.fn.pace.depth && this.held.length < this.#depth;
  }

  take(entry: Entry<Task>): void {
    this.#left--;
    this.held.push(entry);
    this.#unsent.push(entry);
  }

  /** Posts what was taken in this turn. @returns what cannot be posted */
  send(): Unsent<Task>[] {
    const entries = this.#unsent;
    if (entries.length === 0) return [];
    this.#unsent = [];
    try {
      this.#post(entries);
      return [];
    } catch (error) {
      if (entries.length === 1) return this.#refused(entries[0] as Entry<Task>, error);
      return entries.flatMap((entry) => {
        try {
          this.#post([entry]);
          return [];
        } catch (error) {
          return this.#refused(entry, error);
        }
      });
    }
  }

  /** @returns the entry; undefined if it is not held here */
  answered(place: number): Entry<Task> | undefined {
    const index = this.held[0]?.place === place ? 0 : this.held.findIndex((entry) => entry.place === place);
    if (index < 0) return undefined;
    const [entry] = this.held.splice(index, 1);
    this.#isSlow = false;
    this.#answered = { fn: (entry as Entry<Task>).fn };
    return entry;
  }

  /** What it has not begun is to come back. */
  wantBack(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#isSlow = true;
    this.#handle.post({ line: "give-back" } satisfies ToEnd);
  }

  givenBack(places: readonly number[]): Entry<Task>[] {
    this.#isAsked = false;
    const given = new Set(places);
    const back = this.held.filter((entry) => given.has(entry.place));
    this.held = this.held.filter((entry) => !given.has(entry.place));
    // It has given back all: there is nothing that it would answer.
    if (this.held.length === 0) this.#isSlow = false;
    this.#left += back.length;
    return back;
  }

  retire(): void {
    if (this.held.length > 1) this.wantBack();
    this.#left = Number.NEGATIVE_INFINITY;
  }

  interrupt(place: number): void {
    this.#handle.post({ line: "interrupt", place } satisfies ToEnd);
  }

  forget(fn: FunctionId): void {
    if (this.#knows.delete(fn)) this.#handle.post({ line: "forget", fn } satisfies ToEnd);
  }

  #refused(entry: Entry<Task>, error: unknown): Unsent<Task>[] {
    this.held.splice(this.held.indexOf(entry), 1);
    this.#left++;
    return [{ entry, error }];
  }

  #post(entries: readonly Entry<Task>[]): void {
    const fresh = new Map<FunctionId, Entry<Task>["fn"]>();
    for (const { fn } of entries) if (!this.#knows.has(fn.id)) fresh.set(fn.id, fn);
    const tasks = entries.map(
      ({ place, fn, form, written }): TaskMessage => [place, fn.id, form, written.writing, written.body],
    );
    const transfer: Transferable[] = entries.flatMap(({ written }) => written.transfer);
    if (fresh.size === 0) this.#handle.post({ line: "tasks", tasks } satisfies ToEnd, transfer);
    else {
      const define = [...fresh.values()].map(({ id, packed }) => [id, packed.body] as const);
      for (const { packed } of fresh.values()) transfer.push(...packed.transfer);
      this.#handle.post({ line: "tasks", tasks, define } satisfies ToEnd, transfer);
    }
    for (const id of fresh.keys()) this.#knows.add(id);
  }
}

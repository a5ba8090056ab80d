/**
 * Tasks in the order of their arrival; any of them can be taken out again in constant time. A task is added once.
 *
 * A removed task stays in the array, as a gap that `take` skips. Invariant: `#waiting` holds exactly the tasks of
 * `#order` that are neither taken nor gaps; the array is never more than twice as long as what waits, but for a few,
 * and empty when nothing waits.
 */
const FEW = 64;

/** A queue with removal; see above. */
export class WorkQueue<Task> {
  // Not a Set alone: taking the first of a Set walks over all the places of those taken before it.
  #order: Task[] = [];
  #head = 0;
  readonly #waiting = new Set<Task>();

  get size(): number {
    return this.#waiting.size;
  }

  add(task: Task): void {
    this.#order.push(task);
    this.#waiting.add(task);
  }

  /** It is taken before all others. */
  addFirst(task: Task): void {
    this.#order = [task, ...this.#waiting];
    this.#head = 0;
    this.#waiting.clear();
    for (const each of this.#order) this.#waiting.add(each);
  }

  /** @returns the task that waits longest, or undefined if there is none */
  take(): Task | undefined {
    while (this.#head < this.#order.length) {
      const task = this.#order[this.#head++] as Task;
      if (this.remove(task)) return task;
    }
    return undefined;
  }

  /** @returns false if the task does not wait here */
  remove(task: Task): boolean {
    const removed = this.#waiting.delete(task);
    if (removed) this.#compact();
    return removed;
  }

  /** @returns all that wait, in order */
  all(): Task[] {
    return [...this.#waiting];
  }

  /** @returns all that waited, in order */
  clear(): Task[] {
    const tasks = [...this.#waiting];
    this.#waiting.clear();
    this.#compact();
    return tasks;
  }

  #compact(): void {
    if (this.#waiting.size > 0 && this.#order.length <= 2 * this.#waiting.size + FEW) return;
    this.#order = [...this.#waiting];
    this.#head = 0;
  }
}

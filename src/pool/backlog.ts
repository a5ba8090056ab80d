/** Tasks that wait: the lowest priority number first, those of one priority in the order of their arrival. */
import { WorkQueue } from "./work-queue.js";

interface Ranked {
  readonly priority: number;
}

export class Backlog<Task extends Ranked> {
  readonly #queues = new Map<number, WorkQueue<Task>>();
  /** Priorities that have a queue, in order. */
  #ranks: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(task: Task): void {
    this.#size++;
    this.#queueOf(task).add(task);
  }

  /** It goes before all of its priority. */
  addFirst(task: Task): void {
    this.#size++;
    this.#queueOf(task).addFirst(task);
  }

  /** @returns the task that is next, or undefined if there is none */
  take(): Task | undefined {
    for (const rank of this.#ranks) {
      const task = this.#queues.get(rank)?.take();
      if (task === undefined) continue;
      this.#size--;
      return task;
    }
    return undefined;
  }

  /** @returns false if the task does not wait here */
  remove(task: Task): boolean {
    const removed = this.#queues.get(task.priority)?.remove(task) ?? false;
    if (removed) this.#size--;
    return removed;
  }

  /** @returns all that wait, in order */
  all(): Task[] {
    return this.#ranks.flatMap((rank) => this.#queues.get(rank)?.all() ?? []);
  }

  /** @returns all that waited, in order */
  clear(): Task[] {
    this.#size = 0;
    return this.#ranks.flatMap((rank) => this.#queues.get(rank)?.clear() ?? []);
  }

  #queueOf({ priority }: Task): WorkQueue<Task> {
    let queue = this.#queues.get(priority);
    if (queue === undefined) {
      this.#queues.set(priority, (queue = new WorkQueue()));
      // Few priorities are ever used by one program; one that uses many pays for the order only when there is a new one.
      this.#ranks.push(priority);
      this.#ranks.sort((a, b) => a - b);
    }
    return queue;
  }
}

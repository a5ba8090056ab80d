/** How much a pool has to do, and whether more may wait. */
import type { LineTask, WorkerId } from "../channel/line/line.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { RoomSign } from "./room-sign.js";

/** Where the tasks are. */
interface Holders<Task> {
  /** Those that no line has. */
  readonly queued: number;
  /** Those that the line has. */
  readonly out: ReadonlySet<Task>;
}

export class Load<Task extends LineTask> {
  /** Who waits for room in the queue. */
  readonly room = new RoomSign(() => this.hasRoom);
  readonly #holders: Holders<Task>;
  readonly #runnerOf: (task: Task) => WorkerId | undefined;
  readonly #most: number;

  /** @param most tasks that may wait */
  constructor(holders: Holders<Task>, runnerOf: (task: Task) => WorkerId | undefined, most = Number.POSITIVE_INFINITY) {
    this.#holders = holders;
    this.#runnerOf = runnerOf;
    this.#most = most;
  }

  /** Tasks that wait or are with the workers. */
  get tasks(): number {
    return this.#holders.queued + this.#holders.out.size;
  }

  /** Tasks that a worker has begun. */
  get running(): number {
    let running = 0;
    for (const task of this.#holders.out) if (this.#runnerOf(task) !== undefined) running++;
    return running;
  }

  /** Whether a task that is launched now may wait. */
  get hasRoom(): boolean {
    return this.#holders.queued < this.#most;
  }

  /** @throws {RuntimeError} if as many tasks wait as may wait */
  checkRoom(action: string): void {
    if (this.hasRoom) return;
    throw new RuntimeError(
      `Cannot ${action}: ${this.#most} tasks wait, as many as maxQueue allows; await drained() first`,
    );
  }

  /** @returns whether a worker has begun any of them */
  busy(): (worker: WorkerId) => boolean {
    const busy = new Set([...this.#holders.out].map((task) => this.#runnerOf(task)));
    return (worker) => busy.has(worker);
  }
}

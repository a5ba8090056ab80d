/**
 * Failures of tasks that nobody has looked at yet.
 *
 *   noted ──retrieve()──▶ gone
 *     ├──task is garbage collected──▶ reported, gone
 *     └──takeAll(), at the end of run or of the process──▶ the caller's to report
 *
 * Invariant: a failure is held here or was seen by someone; it is reported at most once. It does not hold its task.
 */
import { displayProperty, isError } from "../platform/words/display.js";
import { visible } from "../platform/words/user-text.js";
import { reportException } from "./exception-handler.js";

/** One failure nobody has looked at. */
export class UnretrievedFailure {
  readonly taskName: string;
  readonly error: unknown;
  readonly #noted: Set<UnretrievedFailure>;

  constructor(taskName: string, error: unknown, noted: Set<UnretrievedFailure>) {
    this.taskName = taskName;
    this.error = error;
    this.#noted = noted;
  }

  /** Somebody has it now. */
  retrieve(): void {
    this.#noted.delete(this);
    collected.unregister(this);
  }

  report(): void {
    this.retrieve();
    reportException(`heddle/asyncio: the error of ${visible(this.taskName)} was never retrieved`, this.error);
  }
}

const collected = new FinalizationRegistry<UnretrievedFailure>((failure) => failure.report());

export class UnretrievedFailures {
  readonly #noted = new Set<UnretrievedFailure>();

  note(task: object, taskName: string, error: unknown): UnretrievedFailure {
    // Until its stack is read for the first time, an error holds the objects of all its frames: the task among them.
    if (isError(error)) displayProperty(error, "stack");
    const failure = new UnretrievedFailure(taskName, error, this.#noted);
    this.#noted.add(failure);
    collected.register(task, failure, failure);
    return failure;
  }

  takeAll(): UnretrievedFailure[] {
    const all = [...this.#noted];
    for (const failure of all) failure.retrieve();
    return all;
  }
}

/**
 * How an activity ended, and who is given that: whoever waits for the outcome, else its kind tells of a failure.
 *
 *   open ──▶ answered: returned | threw | unsendable
 *     ├────▶ left, by `process.exit` ──▶ lost
 *     └────▶ lost: its worker is gone, and with it the answer
 */
import { unpack } from "../pickle/unpack.js";
import { fromWire, type WireError } from "../pickle/wire-error.js";
import { CancelledError, TimeoutError, WorkerLostError } from "../platform/errors/errors.js";
import type { CallSite } from "../platform/stacks/call-site.js";
import { countPrinted, Failure, type Telling } from "./untaken-failures.js";
import type { WorkerExit } from "./worker.js";
import { exitInWords } from "./worker.js";

/** What a worker says about the end of the activity that it ran. */
export type Outcome =
  | { readonly kind: "returned"; readonly body: unknown }
  | { readonly kind: "threw"; readonly error: WireError }
  /** It returned something that cannot travel; the error says what. */
  | { readonly kind: "unsendable"; readonly error: WireError }
  /** It leaves its worker by `process.exit`, or dies of an error that only the platform tells of. */
  | { readonly kind: "left"; readonly exitcode: number };

/** Whose end it is. */
export interface Ended {
  readonly name: string;
  /** The same with its noun, for messages. */
  readonly label: string;
  /** Where it was started. */
  readonly site: CallSite | undefined;
  /** Whether somebody wants to hear at once of failures that nobody waits for. */
  isHeard(): boolean;
  /** Makes one known. @returns true if it was only printed */
  tell(error: unknown): boolean;
}

type Value = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** How a worker ended of which only the end was seen, while its starter blocks. */
const UNHEARD: WorkerExit = { exitcode: 1 };
const NOT_HEARD_WHY = "; what ended it is not heard while the calling thread blocks: `await result()` may tell";

export class Ending implements Telling {
  readonly #of: Ended;
  #outcome: Outcome | undefined;
  #exit: WorkerExit | undefined;
  #value: Value | undefined;
  #failure: Failure | undefined;
  #isStopped = false;
  /** Somebody was told that there is no answer, before it was heard why. */
  #isDelivered = false;
  /** How many wait for the outcome. */
  #takers = 0;

  constructor(of: Ended) {
    this.#of = of;
  }

  /** True once the worker has said how `run` ended. */
  get isAnswered(): boolean {
    return this.#outcome !== undefined && this.#outcome.kind !== "left";
  }

  heard(outcome: Outcome): void {
    this.#outcome = outcome;
    if (outcome.kind === "threw") this.#failed();
  }

  /** The worker is gone. @param exit left out: nobody has heard yet how, as the starter blocks or the program ends */
  lost(exit: WorkerExit = UNHEARD): void {
    if (this.#exit === UNHEARD && !this.isAnswered) this.#value = undefined; // more is known now
    this.#exit = exit;
    // `process.exit` ends a worker silently, whatever the code, as SystemExit does in Python.
    const isSilent = this.#outcome?.kind === "left" && exit.error === undefined;
    if (!this.isAnswered && !isSilent) this.#failed();
    // Its answer stands: this is one more error, which nobody can ask for.
    if (this.isAnswered && exit.error !== undefined && !this.#isStopped && this.#of.tell(exit.error)) countPrinted();
  }

  /** Somebody wants it to end: that it does is no failure. */
  markStopped(): void {
    this.#isStopped = true;
  }

  /** Asking for the outcome throws that, whatever it is. */
  refuse(error: unknown): void {
    this.#value = { ok: false, error };
  }

  /** Somebody waits for the outcome: a failure is theirs. @returns what tells whether it was over when they went on */
  take(): (over: boolean) => void {
    this.#takers++;
    return (over) => {
      this.#takers--;
      if (over) this.#deliver();
      else if (this.#takers === 0) this.#failure?.report();
    };
  }

  /** @returns what `run` returned @throws what it threw, or TimeoutError if it was not over */
  delivered(over: boolean, timeout: number | undefined): unknown {
    if (!over) throw new TimeoutError(`No result of ${this.#of.label}: it was not over within ${timeout} ms`);
    const value = this.#valueNow();
    if (!value.ok) throw value.error;
    return value.value;
  }

  /** Lets go of what `run` returned or threw. */
  forget(): void {
    this.#failure?.giveUp();
    this.#outcome = undefined;
    this.#value = undefined;
  }

  get atOnce(): boolean {
    return this.#of.isHeard();
  }

  tell(): boolean {
    return this.#of.tell(this.#error());
  }

  /** Who blocks may be given a death that the event loop hears of only later. */
  #deliver(): void {
    this.#isDelivered = !this.isAnswered;
    this.#failure?.take();
  }

  #failed(): void {
    if (this.#failure !== undefined || (this.#isStopped && this.#isOfStop())) return;
    this.#failure = new Failure(this);
    if (this.#isDelivered) this.#failure.take();
    else if (this.#takers === 0) this.#failure.report();
  }

  /** What is stopped dies, or is thrown out of a wait by its own signal. */
  #isOfStop(): boolean {
    return !this.isAnswered || this.#error() instanceof CancelledError;
  }

  #error(): unknown {
    const value = this.#valueNow();
    return value.ok ? undefined : value.error;
  }

  /** Rebuilt once, at the first call. Who blocks may ask before it is known how the worker ended. */
  #valueNow(): Value {
    if (this.#value !== undefined) return this.#value;
    const value = this.#rebuild();
    if (this.isAnswered || this.#exit !== undefined) this.#value = value;
    return value;
  }

  #rebuild(): Value {
    const outcome = this.#outcome;
    if (outcome === undefined || outcome.kind === "left") return { ok: false, error: this.#noAnswer(outcome) };
    try {
      if (outcome.kind === "returned") return { ok: true, value: unpack(outcome.body) };
      const { site, label } = this.#of;
      return { ok: false, error: fromWire(outcome.error, site, `${label} was started from`) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  #noAnswer(left: WorkerExit | undefined): WorkerLostError {
    // A thread that is gone without a word has failed: `process.exit` says the code.
    const exit = this.#exit ?? left ?? UNHEARD;
    // What could not even be started did not end because somebody wanted it to.
    const isStopped = this.#isStopped && (exit.exitcode !== null || exit.error === undefined);
    const how = isStopped ? "was terminated" : exitInWords(exit);
    const { label, name } = this.#of;
    const cause = exit.error === undefined || isStopped ? undefined : { cause: exit.error };
    const isHeard = isStopped || (this.#exit !== undefined && this.#exit !== UNHEARD);
    const message = `No result of ${label}: it ${how} before run() was over${isHeard ? "" : NOT_HEARD_WHY}`;
    return new WorkerLostError(message, name, exit.exitcode, cause);
  }
}

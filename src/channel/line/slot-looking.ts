/**
 * How long the owner looks for results by itself, in turns of its event loop, before it asks for a bell: as long as that has
 * paid lately (Patience). Input, output and timers have their turn between two looks.
 *
 *   asleep ──something is shown──▶ looking ──TURNS turns without a result──▶ asleep
 *     └──bell──▶ drains, and looks a few turns more ──▶ asleep
 */
import { Patience } from "../../memory/patience.js";
import { setTurn } from "../../platform/waiting/timers.js";
import type { OwnerRest } from "./slot-rest.js";
import type { ResultsIn } from "./slot-results.js";

/** Turns of the event loop without a result. */
const TURNS = 40;
/** The same after a bell. */
const FEW_TURNS = 4;
/** Results that are told in one turn. */
const BURST = 512;

interface Drained {
  /** Tells of up to so many results. @returns how many there were */
  drain(most: number): number;
  /** There are tasks that have no result yet. */
  readonly isWaiting: boolean;
  results(): Iterable<ResultsIn>;
}

export class OwnerLooking {
  readonly #rest: OwnerRest;
  readonly #line: Drained;
  readonly #patience = new Patience();
  #isLooking = false;
  #isClosed = false;
  #turns = 0;
  #most = TURNS;

  constructor(rest: OwnerRest, line: Drained) {
    this.#rest = rest;
    this.#line = line;
  }

  /** Something was shown to the workers. */
  start(): void {
    // One that is weary waits for the bell.
    if (this.#isLooking || this.#isClosed || this.#patience.isWeary()) return;
    this.#begin(TURNS);
    this.#rest.awake();
    setTurn(this.#look);
  }

  /** A worker has rung, or nobody can any more. */
  rung(): void {
    if (this.#isLooking || this.#isClosed) return;
    this.#begin(FEW_TURNS);
    this.#rest.awake();
    this.#look();
  }

  close(): void {
    this.#isClosed = true;
  }

  #begin(most: number): void {
    this.#isLooking = true;
    this.#most = most;
    this.#turns = 0;
  }

  readonly #look = (): void => {
    if (this.#isClosed) return;
    const got = this.#line.drain(BURST);
    if (this.#isClosed) return;
    if (got > 0) this.#found(got);
    const { isWaiting } = this.#line;
    if (isWaiting && ++this.#turns < this.#most) {
      setTurn(this.#look);
      return;
    }
    if (isWaiting && this.#most === TURNS) this.#patience.miss();
    this.#sleep();
  };

  #found(got: number): void {
    this.#turns = 0;
    if (this.#most === TURNS) this.#patience.hit(true);
    else if (got > 1) this.#most = TURNS;
  }

  #sleep(): void {
    this.#isLooking = false;
    if (this.#rest.sleep(this.#line.results())) return;
    this.#begin(this.#most);
    setTurn(this.#look);
  }
}

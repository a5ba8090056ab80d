/** Who asks for the outcome of a future, and what becomes of a failure that nobody asks for. Most futures need none. */
import { Failure } from "../worker/untaken-failures.js";

export class Takers {
  #waiting = 0;
  #failure: Failure | undefined;

  /** Somebody waits. */
  come(): void {
    this.#waiting++;
  }

  /** @param isGiven they go with the outcome; false: they have given up */
  go(isGiven: boolean): void {
    this.#waiting--;
    if (isGiven) this.take();
    else if (this.#waiting === 0) this.#failure?.report();
  }

  /** Somebody is given the outcome. */
  take(): void {
    this.#failure?.take();
  }

  /** Somebody has it who asks for no error: nobody is told of one. */
  hush(): void {
    this.come();
    this.take();
  }

  /** The outcome is an error. @param tell prints it, where nobody asks for it */
  failed(tell: () => void): void {
    const isPrinted = (): boolean => {
      tell();
      return true;
    };
    this.#failure = new Failure({ atOnce: false, tell: isPrinted });
    if (this.#waiting === 0) this.#failure.report();
  }
}

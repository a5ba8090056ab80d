/**
 * Tells inside a job that never ends whether a major garbage collection has happened.
 *
 * Sentinels that nobody holds tell: one that is gone was collected. Asking (`deref`) keeps a living one for the
 * collection that is under way, so each is asked once: a sentinel that was made before a collection began and is asked
 * after it ended is gone. Nobody knows how long a collection takes, hence three ages to ask at.
 *
 * A WeakRef that was made or read in a job keeps its target to the end of that job. Running an empty script in a context
 * with a microtask queue of its own (`afterEvaluate`) ends that, and runs no microtask of anybody else.
 */
import { type Context, createContext, Script } from "node:vm";

/** How old sentinels are when they are asked, in questions. */
const AGES = [4, 32, 256];

export class CollectionWatch {
  readonly #rings = AGES.map((age) => new Array<WeakRef<object> | undefined>(age).fill(undefined));
  #questions = 0;

  /** @returns true if there has been a collection since it was last true, as far as the sentinels know */
  hasCollected(): boolean {
    let isCollected = false;
    for (const ring of this.#rings) {
      const place = this.#questions % ring.length;
      const oldest = ring[place];
      if (oldest !== undefined && oldest.deref() === undefined) isCollected = true;
      ring[place] = new WeakRef({});
    }
    this.#questions++;
    if (isCollected) for (const ring of this.#rings) ring.fill(undefined);
    forgetReads();
    return isCollected;
  }
}

let emptyContext: Context | undefined;
let emptyScript: Script | undefined;

/** Lets go of what WeakRefs that were made or read in this job hold. */
export function forgetReads(): void {
  emptyContext ??= createContext({}, { microtaskMode: "afterEvaluate" });
  emptyScript ??= new Script("0");
  emptyScript.runInContext(emptyContext);
}

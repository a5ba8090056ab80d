/**
 * Warns of `results.push(x)` and `config.n = 1` on captured data: the function gets a copy, and what it does to that stays
 * there. Once per place in the source, unless it is an error.
 */
import { describe } from "../../../platform/errors/arguments.js";
import { rangeError } from "../../../platform/errors/errors.js";
import { type Destination, isThere } from "../../destination.js";
import type { Facts } from "../../live/function-facts.js";
import { packageOf } from "../../modules/resolve.js";
import type { Mutation } from "../../text/mutations.js";
import type { Encoding } from "../encoding.js";
import type { Path } from "../path.js";
import { changesCopy } from "./changed-object.js";
import { whereIs } from "./where.js";

/** The warning's code, for `process.on("warning")` and `--disable-warning`. */
const CODE = "HEDDLE_LOST_MUTATION";

/** What happens when a function that is sent changes a copy. */
export type LostMutationLevel = "off" | "warn" | "error";

const LEVELS: readonly unknown[] = ["off", "warn", "error"] satisfies LostMutationLevel[];

/** @returns what to do instead, where memory is shared and elsewhere */
const remedyFor = (to: Destination): string =>
  `Return the result${isThere("process", to) ? ", put it on a Queue, or use a Value, SharedArray or SharedDict" : ""}`;

const warned = new Set<string>();
let current: LostMutationLevel = "warn";

/**
 * Sets what happens when a function that is sent changes captured data, as in `results.push(x)`: it gets a copy, and what
 * it does to that stays there. `"warn"` (the default) prints one warning for each place, `"error"` refuses to send
 * the function, `"off"` says nothing. Holds for what this thread sends; a worker sets its own.
 *
 * @example
 * import { PickleError, setLostMutationLevel } from "heddle/pickle";
 * import { Thread } from "heddle/threading";
 *
 * setLostMutationLevel("error");
 * const results: number[] = [];
 * try {
 *   new Thread({ target: () => void results.push(1) }).start();
 * } catch (error) {
 *   console.log(error instanceof PickleError); // true
 * }
 *
 * @throws {RangeError} if `level` is none of the three
 * @returns the level before
 */
export function setLostMutationLevel(level: LostMutationLevel): LostMutationLevel {
  if (!LEVELS.includes(level)) {
    throw rangeError(`setLostMutationLevel: level must be "off", "warn" or "error", got ${describe(level)}`);
  }
  const before = current;
  current = level;
  return before;
}

/**
 * Tells if the function changes `value`, which it captures under this name and which travels as a copy.
 * @returns whether it does, as far as its text shows
 * @throws {PickleError} if the program wants that
 */
export function changesCaptured(encoding: Encoding, facts: Facts, name: string, value: unknown, path: Path): boolean {
  const changes = facts.analysis.mutations.filter((each) => each.variable === name);
  const mutation = changes.find((each) => changesCopy(value, each, encoding.moved));
  if (mutation !== undefined) tell(encoding, facts, mutation, path);
  return mutation !== undefined || (changes.length > 0 && typeof value === "function");
}

function tell(encoding: Encoding, facts: Facts, mutation: Mutation, path: Path): void {
  // What a package does to its own is its affair: nobody who uses it could write it otherwise.
  if (current === "off" || packageOf(facts.url) !== "") return;
  const place = whereIs(facts, mutation.at);
  const what = written(mutation);
  const problem = `changes '${what}'${place}, but works on a copy of it: the change does not come back. ${remedyFor(encoding.to)}`;
  if (current === "error") throw encoding.refusal(path, `it ${problem}`);
  if (warned.has(place + what)) return;
  warned.add(place + what);
  process.emitWarning(`The function ${problem}`, { type: "HeddleWarning", code: CODE });
}

/** @returns what it is set to now */
export function lostMutationLevel(): LostMutationLevel {
  return current;
}

function written({ variable, keys }: Mutation): string {
  const member = (key: string | null): string => {
    if (key === null) return "[...]";
    return /^#?[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
      ? `.${key}`
      : `[${/^\d+$/.test(key) ? key : JSON.stringify(key)}]`;
  };
  return variable + keys.map(member).join("");
}

/**
 * Whether arrays and views have properties that are no items. Listing all keys of a long one takes much longer than cloning
 * it: there `inspect`, which counts the items and shows all else, tells. What those properties are, named-keys.ts finds out:
 * a thread needs this file, but rarely that one.
 */
import { builtin } from "../../platform/engine/builtin.js";
import { itemCount } from "./internal-state.js";

/** Up to this many items all keys are listed. */
export const SHORT = 64;

/** Everything that a program may have set in `inspect.defaultOptions` and that changes the text is fixed here. */
const NO_ITEMS = {
  ...{ maxArrayLength: 0, depth: 0, breakLength: Infinity, compact: 3, showHidden: true },
  ...{ customInspect: false, getters: false, colors: false, numericSeparator: false, sorted: false },
} as const;

/** What `inspect` would read of a view rather than ask the engine. */
const READ_OF_VIEWS = ["BYTES_PER_ELEMENT", "length", "byteLength", "byteOffset", "buffer"];
const BARE_VIEW = new RegExp(
  `^\\w+\\(\\d+\\) \\[ \\.\\.\\. \\d+ more items, ${READ_OF_VIEWS.slice(0, 4)
    .map((key) => `\\[${key}\\]: \\d+`)
    .join(", ")}, \\[buffer\\]: \\w+ \\{ [^{}]*\\} \\]$`,
);

let tells: boolean | undefined;

/** Other runtimes may show it otherwise: what a long view has besides its items is not looked for there. */
function inspectTells(): boolean {
  tells ??= BARE_VIEW.test(shown(new Uint8Array(SHORT + 1)));
  return tells;
}

function shown(value: object): string {
  return builtin("node:util").inspect(value, NO_ITEMS);
}

/** @returns whether an array may have properties besides items and `length`, or hidden items, as far as that is looked for */
export function mayHaveExtraProperties(array: readonly unknown[]): boolean {
  if (array.length <= SHORT) {
    const keys = Object.keys(array);
    // A name can make up for a hole in number; names come after the indices.
    const full = keys.length === array.length && (keys.length === 0 || keys.at(-1) === String(array.length - 1));
    if (full && Object.getOwnPropertySymbols(array).length === 0) return false;
    // The keys of an array are its indices, `length`, and then all others. Items may be hidden.
    const all = Reflect.ownKeys(array);
    return all.at(-1) !== "length" || all.length > keys.length + 1;
  }
  if (Object.getOwnPropertySymbols(array).length > 0) return true;
  // A class may have a getter that `inspect` would run.
  const isStandard = Object.getPrototypeOf(array) === Array.prototype;
  return !isStandard || shown(array) !== bareArray(array.length);
}

function bareArray(length: number): string {
  return `[ ... ${length} more items, [length]: ${length} ]`;
}

/** @returns whether a view that inherits from the language's prototype of its kind may have properties besides its items */
export function viewMayHaveProperties(view: ArrayBufferView): boolean {
  if (Object.getOwnPropertySymbols(view).length > 0) return true;
  const count = itemCount(view);
  if (count <= SHORT) return Reflect.ownKeys(view).length > count;
  if (READ_OF_VIEWS.some((key) => Object.hasOwn(view, key))) return true;
  return inspectTells() && !BARE_VIEW.test(shown(view));
}

/**
 * Stacks that begin at the line that called the library: what stands above it is of no use to whoever reads the error.
 *
 * The engine leaves out the calls above a function that it is told, but no place that makes errors knows which function the
 * program has called. So all is recorded, which costs what the engine's own record costs, and the library's lines at the
 * beginning are left out when somebody looks. Until then nothing is rendered, as with every error.
 */
import { builtin } from "../engine/builtin.js";

/** Most calls within the library that lie above the program's. */
const OWN_CALLS = 24;

const FRAME = /^ {4}at /;
/** What of a line names a place in a file. */
const POSITION = /:\d+(?::\d+)?\)?$/;
const NODES_OWN = /[( ]node:/;

const OFTEN = Symbol("often");

/**
 * Errors of this class answer questions in loops: recording a deep stack is not paid for to show more of the program. On
 * Node 20 an Empty takes 4.4 us, 2.7 with the engine's stack: 3.2 are the engine's record, 0.4 the accessor. The record
 * cannot be the error's own, which Node 20 renders when it is read, and a shorter one would show less than the program wants.
 */
export function isThrownOften(errorClass: { prototype: Error }): void {
  Object.defineProperty(errorClass.prototype, OFTEN, { value: true });
}

/** What the program has put there may throw, or be frozen: then stacks are as it wants them. */
function stackLimit(): unknown {
  try {
    return Error.stackTraceLimit;
  } catch {
    return undefined;
  }
}

function setStackLimit(limit: unknown): void {
  try {
    (Error as { stackTraceLimit: unknown }).stackTraceLimit = limit;
  } catch {
    // See above.
  }
}

/** Errors get no stack of their own until `resumeStacks`. */
export function suspendStacks(): unknown {
  const limit = stackLimit();
  if (limit !== undefined) setStackLimit(undefined);
  return limit;
}

/** @param limit what `suspendStacks` gave */
export function resumeStacks(limit: unknown): void {
  if (limit !== undefined) setStackLimit(limit);
}

/** @returns the error that `make` gives, with a stack that begins at the caller of the library */
export function forCaller<E extends Error>(make: () => E): E {
  const limit = suspendStacks();
  let error: E;
  try {
    error = make();
  } finally {
    resumeStacks(limit);
  }
  beginAtCaller(error);
  return error;
}

/**
 * Gives an error that was made while stacks were suspended one that begins at the caller of the library.
 *
 * @param made what was called to make it; if the program has extended that class, its constructor is not shown
 */
export function beginAtCaller(error: Error, made: new (...args: never) => Error = Error): void {
  const limit = stackLimit();
  const isDeep = !(OFTEN in error) && Number(limit) > 0;
  if (isDeep) setStackLimit(Number(limit) + OWN_CALLS);
  try {
    // Told what was called, the engine leaves out our own calls up to it.
    new Recorded(error, Reflect.construct(Error, [], made) as Error);
    Object.defineProperty(error, "stack", STACK);
  } finally {
    if (isDeep) setStackLimit(limit);
  }
}

/** What a class returns that extends this is the object it is given. */
const Given = class {
  constructor(error: Error) {
    // biome-ignore lint/correctness/noConstructorReturn: so that its private field is put there
    return error;
  }
} as new (
  error: Error,
) => object;

/** Puts the record where only this file sees it: a WeakMap of all errors costs more, and so does a getter for each. */
class Recorded extends Given {
  readonly #callersRecord: Error;

  constructor(error: Error, record: Error) {
    super(error);
    this.#callersRecord = record;
  }

  /** @returns the stack of the first of these errors that `object` is or inherits from */
  static stackOf(object: object | null): unknown {
    for (let each = object; each !== null; each = Object.getPrototypeOf(each))
      if (#callersRecord in each) return rendered(each.#callersRecord, each as object as Error);
    return undefined;
  }
}

/** The name of that field, for whoever lists what objects have. */
export const RECORD = "#callersRecord";

/** As the engine's own: rendered at the first look, and it can be replaced. */
const STACK = {
  configurable: true,
  enumerable: false,
  get(this: Error): unknown {
    const value = Recorded.stackOf(this);
    keep(this, value);
    return value;
  },
  set(this: Error, value: unknown): void {
    keep(this, value);
  },
};

function keep(error: Error, value: unknown): void {
  Reflect.defineProperty(error, "stack", { value, writable: true, configurable: true, enumerable: false });
}

/** @returns whether an accessor of `stack` is one of these */
export function isCallersStack(getter: unknown): boolean {
  return getter === STACK.get;
}

function rendered(record: Error, { name, message }: Error): unknown {
  // The first line is the engine's, made of these.
  for (const [key, value] of Object.entries({ name, message }))
    Object.defineProperty(record, key, { value, configurable: true });
  const stack: unknown = record.stack;
  return typeof stack === "string" ? fromCaller(stack) : stack;
}

/** @returns the stack without the library's lines at its beginning; the whole of it if there are no others */
function fromCaller(stack: string): string {
  const lines = stack.split("\n");
  const first = lines.findIndex((line) => FRAME.test(line));
  if (first < 0) return stack;
  const caller = lines.findIndex((line, place) => place >= first && isPrograms(line));
  const from = caller < 0 ? first : caller;
  const limit = stackLimit();
  const end = typeof limit === "number" ? from + limit : lines.length;
  return [...lines.slice(0, first), ...lines.slice(from, end)].join("\n");
}

function isPrograms(line: string): boolean {
  return (
    FRAME.test(line) && POSITION.test(line) && !NODES_OWN.test(line) && !folders().some((each) => line.includes(each))
  );
}

let known: readonly string[] | undefined;

/** @returns where the library's code lies, as it runs and as it was written: as addresses and as paths */
function folders(): readonly string[] {
  if (known !== undefined) return known;
  const addresses = ["../../", "../../../src/"].map((folder) => new URL(folder, import.meta.url).href);
  known = [...addresses, ...addresses.map((address) => builtin("node:url").fileURLToPath(address))];
  return known;
}

/**
 * Gives an error another stack. The engine renders the old one when it is redefined, as `Error.prepareStackTrace` says, which
 * may throw; when it is deleted it does not. An error that cannot be changed keeps its own.
 */
export function replaceStack(error: Error, value: string): void {
  try {
    if (Reflect.isExtensible(error)) Reflect.deleteProperty(error, "stack");
    Reflect.defineProperty(error, "stack", { value, writable: true, configurable: true });
  } catch {
    // A proxy that refuses: the error is what matters, not where it came from.
  }
}

/**
 * Positions as the program's own tools show them. Test runners and TypeScript loaders keep the source maps of what they
 * transform to themselves, and apply them in `Error.prepareStackTrace`: that is asked about a single frame.
 */
import { builtin } from "../engine/builtin.js";

/** The line of a stack; behind its last parenthesis, or behind `at`, stands the place. */
const LINE = /^ *at (.+)$/m;
const POSITION = /^(.*):(\d+):(\d+)\)?$/;

/** @returns `file:line:column` of the source, or undefined if nothing else than what is known would be shown */
export function programPosition(file: string, line: number, column: number): string | undefined {
  try {
    const prepare: unknown = Error.prepareStackTrace ?? mainError().prepareStackTrace;
    if (typeof prepare !== "function") return undefined;
    const shown: unknown = prepare(new Error("heddle"), [new Frame(file, line, column)]);
    const place = LINE.exec(String(shown))?.[1] ?? "";
    const [, source, ...position] = POSITION.exec(place.slice(place.lastIndexOf("(") + 1)) ?? [];
    const found = source && `${source}:${position.join(":")}`;
    return found === `${file}:${line}:${column}` ? undefined : found;
  } catch {
    return undefined; // whatever it expects of a frame: a stack without its map is still a stack
  }
}

/** Of the stacks of other contexts, too, Node asks that of the main one, which is the one that its modules use. */
function mainError(): ErrorConstructor {
  if (process instanceof Object) return Error;
  return Object.getPrototypeOf(builtin("node:assert").AssertionError) as ErrorConstructor;
}

/** What V8 passes for a frame. Tools copy its methods from the prototype. */
class Frame {
  readonly #file: string;
  readonly #line: number;
  readonly #column: number;

  constructor(file: string, line: number, column: number) {
    this.#file = file;
    this.#line = line;
    this.#column = column;
  }

  getFileName(): string {
    return this.#file;
  }
  getScriptNameOrSourceURL(): string {
    return this.#file;
  }
  getLineNumber(): number {
    return this.#line;
  }
  getColumnNumber(): number {
    return this.#column;
  }
  isToplevel(): boolean {
    return true;
  }
  toString(): string {
    return `${this.#file}:${this.#line}:${this.#column}`;
  }
}

const UNKNOWN = ["getThis", "getTypeName", "getFunction", "getFunctionName", "getMethodName", "getEvalOrigin"];
const FALSE = ["isEval", "isNative", "isConstructor", "isAsync", "isPromiseAll"];
for (const name of UNKNOWN) Object.defineProperty(Frame.prototype, name, { value: () => undefined });
for (const name of FALSE) Object.defineProperty(Frame.prototype, name, { value: () => false });

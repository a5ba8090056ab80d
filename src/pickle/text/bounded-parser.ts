/**
 * The parser with bounds, so that no text that a program holds can stop it for long, or end it: the engine gives up the
 * whole process if the stack ends while it compiles a pattern, as the parser's own are when they are first used.
 */
import type * as Acorn from "acorn";
import { monotonic } from "../../platform/waiting/clock.js";
import { PickleError } from "../errors.js";
import { parser } from "./acorn.js";

/** Characters. The parser takes about 150 ms for a million. */
const LONGEST = 16_000_000;
/** Milliseconds, unless the options say otherwise. */
const MOST_TIME = 20_000;
/** Tokens between two looks at the clock. */
const TOKENS = 8192;
/** Levels, counted as what they take of the stack: a third of what there is. */
const DEEPEST = 2000;
const LEVELS = { expression: 4, statement: 1 };

/** A text is beyond what is looked through. */
export class BeyondBounds extends PickleError {
  /** @param problem with the words "its text" for the text */
  constructor(problem: string, options?: ErrorOptions) {
    super(`${problem}. Put what is sent into a module of its own, and import the rest there`, "", options);
  }
}

export interface BoundedOptions extends Acorn.Options {
  /** Milliseconds after which the parser gives up. */
  readonly mostTime?: number;
}

/**
 * @throws {SyntaxError} if it is not the text of a program
 * @throws {BeyondBounds} if it is too long, or nested too deeply, or takes too long
 */
export function parse(text: string, options: BoundedOptions): Acorn.Program {
  if (text.length > LONGEST) {
    const [has, most] = [text.length, LONGEST].map((length) => `${(length / 1e6).toFixed(1)} million characters`);
    throw new BeyondBounds(`its text has ${has}, more than the ${most} that are looked through`);
  }
  return withinStack(() => bounded().parse(text, options));
}

/** @returns what `look` returns @throws {BeyondBounds} if the stack does not suffice for it */
export function withinStack<T>(look: () => T): T {
  try {
    return look();
  } catch (cause) {
    if (isOverflow(cause)) throw tooDeep({ cause });
    throw cause;
  }
}

function tooDeep(options?: ErrorOptions): BeyondBounds {
  return new BeyondBounds("its text is nested too deeply to be looked through", options);
}

function isOverflow(error: unknown): boolean {
  if (error instanceof RangeError) return error.message.startsWith("Maximum call stack");
  return error instanceof SyntaxError && error.message.startsWith("Not enough stack");
}

type ParserClass = typeof Acorn.Parser;
/** Methods that the types do not show, which plugins override. */
interface Steps {
  nextToken(): void;
  parseMaybeAssign(...args: unknown[]): Acorn.Node;
  parseStatement(...args: unknown[]): Acorn.Node;
}

let made: ParserClass | undefined;

function bounded(): ParserClass {
  made ??= parser().Parser.extend((base) => withBounds(base as never) as never);
  return made;
}

function withBounds(Base: new (options: BoundedOptions, ...rest: unknown[]) => Steps): unknown {
  return class extends Base {
    #tokens = 0;
    #depth = 0;
    readonly #start = monotonic();
    readonly #mostTime: number;

    constructor(options: BoundedOptions, ...rest: unknown[]) {
      super(options, ...rest);
      this.#mostTime = options.mostTime ?? MOST_TIME;
    }

    override nextToken(): void {
      if (++this.#tokens % TOKENS === 0 && monotonic() - this.#start > this.#mostTime)
        throw new BeyondBounds(`its text was not looked through within ${this.#mostTime / 1000} seconds`);
      super.nextToken();
    }

    override parseMaybeAssign(...args: unknown[]): Acorn.Node {
      this.#enter(LEVELS.expression);
      const node = super.parseMaybeAssign(...args);
      this.#depth -= LEVELS.expression;
      return node;
    }

    override parseStatement(...args: unknown[]): Acorn.Node {
      this.#enter(LEVELS.statement);
      const node = super.parseStatement(...args);
      this.#depth -= LEVELS.statement;
      return node;
    }

    #enter(levels: number): void {
      this.#depth += levels;
      if (this.#depth > DEEPEST) throw tooDeep();
    }
  };
}

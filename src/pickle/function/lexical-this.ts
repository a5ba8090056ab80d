/**
 * The `this` that an arrow function takes from the function around it. V8 hides it from the scopes, so the arrow is called and
 * stopped before its first instruction: a breakpoint at its entry has a condition, which the engine evaluates in the
 * arrow's frame. The condition reads `this`, asks for the termination of the execution, and is false, so nothing ever pauses.
 * V8 carries out the termination when the condition is done, before any code of the body.
 *
 * Parameter initialisers run before a function's entry: such arrows are refused. Tried and refused: an endless loop in
 * the condition with a timeout (interrupts wait for ever); a condition that may throw, as reading the `this` of a constructor
 * before `super()` does, without asking for the termination (the body runs).
 */
import { url as debuggerUrl } from "node:inspector";
import type { Encoding } from "../encode/encoding.js";
import type { Path } from "../encode/path.js";
import { type Inspector, openInspector } from "../source/inspector.js";
import type { AnyFunction, Facts } from "./facts.js";
import { whereIs } from "./where.js";

/** Name of the global through which the condition reports, while it is there. */
const REPORT = "$$heddle_report";

interface Report {
  stop(): void;
  stopped: boolean;
  read?: { readonly self: unknown };
}

/** An arrow's `this` never changes. */
const known = new WeakMap<AnyFunction, { readonly self: unknown }>();

/** Notes the `this` that an arrow function was rebuilt with. */
export function noteThis(fn: AnyFunction, self: unknown): void {
  known.set(fn, { self });
}

/** @throws {PickleError} if it cannot be read without running the function */
export function lexicalThis(encoding: Encoding, fn: AnyFunction, facts: Facts, path: Path): unknown {
  let found = known.get(fn);
  if (found === undefined) {
    const problem = obstacle(fn, facts);
    const inspector = openInspector();
    const mayRead = problem === undefined && !(inspector instanceof Error) && isSafe(inspector);
    if (mayRead) found = read(inspector, fn);
    if (found === undefined) {
      const remedy = "Write 'const self = this' before it and use self";
      throw encoding.refusal(path, `it captures 'this'${problem ?? ", which cannot be read here"}${whereIs(facts, 0)}. ${remedy}`);
    }
    known.set(fn, found);
  }
  return found.self;
}

function obstacle(fn: AnyFunction, { analysis }: Facts): string | undefined {
  if (!analysis.simpleParameters) return " and has parameters with defaults or patterns";
  // The condition finds its way through a global of this context.
  if (!(fn instanceof Function)) return " and belongs to another context";
  return debuggerUrl() === undefined ? undefined : ", which cannot be read while a debugger may be attached";
}

let safe: boolean | undefined;

/** The trick rests on how V8 delivers terminations: before it is used, it must work on an arrow of ours. */
function isSafe(inspector: Inspector): boolean {
  if (safe === undefined) {
    let ran = false;
    const owner = { make: Function("done", "return () => { done(); return this; }") as (done: () => void) => () => unknown };
    const canary = owner.make(() => {
      ran = true;
    });
    const found = read(inspector, canary);
    safe = !ran && found?.self === owner;
  }
  return safe;
}

/** @returns the `this` of `fn`, or undefined if it is not initialised or the engine did not stop as it should */
function read(inspector: Inspector, fn: AnyFunction): { readonly self: unknown } | undefined {
  const report: Report = {
    stopped: false,
    stop() {
      this.stopped = true;
      inspector.post("Runtime.terminateExecution");
    },
  };
  Object.defineProperty(globalThis, REPORT, { value: report, configurable: true });
  inspector.post("Debugger.enable");
  try {
    const condition = `(() => { try { ${REPORT}.read = { self: this }; } finally { ${REPORT}.stop(); } })(), false`;
    inspector.callAtBreakpoint(fn, condition);
    return report.stopped ? report.read : undefined;
  } finally {
    inspector.post("Debugger.disable");
    Reflect.deleteProperty(globalThis, REPORT);
  }
}

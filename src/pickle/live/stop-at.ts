/**
 * Evaluates an expression inside a function, in the frame of a call that is stopped before its first instruction or at
 * another place: where `this` and private names mean what they mean there. A breakpoint there has a condition, which
 * the engine evaluates in the frame. The condition evaluates the expression, asks for the termination of the execution,
 * and is false, so nothing ever pauses. V8 carries out the termination when the condition is done, before any code behind the breakpoint.
 *
 * Parameter initialisers run before a function's entry. Tried and refused: an endless loop in the condition with a
 * timeout (interrupts wait for ever); a condition that may throw, as reading the `this` of a constructor before `super()`
 * does, without asking for the termination (the body runs); `super()` in the condition (a syntax error, the body runs).
 */
import { type FunctionLocation, openInspector } from "./inspector.js";
import { ANSWERS_WITHIN_ANSWERS } from "./session.js";

/** Name of the global through which the condition reports, while it is there. */
const REPORT = "$$heddle_report";

interface Report {
  read?: { readonly value: unknown };
  stop(): void;
}

// biome-ignore lint/complexity/noBannedTypes: any function
type Place = Function | FunctionLocation;

/**
 * @param place a function, whose entry is meant, or a place inside one
 * @param call calls the function
 * @returns the value of `expression`; undefined if that threw, or if this engine does not stop as it should
 */
export function stopAt(place: Place, call: () => unknown, expression: string): unknown {
  return isSafe() ? evaluateAt(place, call, expression) : undefined;
}

let safe: boolean | undefined;

/** The trick rests on how V8 delivers terminations: before it is used, it must work on a function of ours. */
function isSafe(): boolean {
  if (!ANSWERS_WITHIN_ANSWERS) return false;
  if (safe === undefined) {
    let ran = false;
    const canary = (): void => {
      ran = true;
    };
    safe = evaluateAt(canary, canary, "'stopped'") === "stopped" && !ran;
  }
  return safe;
}

function evaluateAt(place: Place, call: () => unknown, expression: string): unknown {
  const inspector = openInspector();
  if (inspector instanceof Error) return undefined;
  const report: Report = { stop: () => void inspector.post("Runtime.terminateExecution") };
  Object.defineProperty(globalThis, REPORT, { value: report, configurable: true });
  const read = `${REPORT}.read = { value: ${expression} };`;
  try {
    const condition = `(() => { try { ${read} } finally { ${REPORT}.stop(); } })(), false`;
    inspector.debug(() => inspector.callAtBreakpoint(place, condition, call));
    return report.read?.value;
  } finally {
    Reflect.deleteProperty(globalThis, REPORT);
  }
}

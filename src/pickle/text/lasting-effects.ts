/**
 * What code may have changed of its surroundings that would outlive it, judged by its text alone: nothing, something that a
 * comparison shows, or something that nothing shows. A worker that is to be used again asks (worker/run-traces.ts).
 *
 * This errs on the side of caution: words in comments and strings count. Code that is taken for harmless (OWN) writes only to
 * what it can name: its variables, its captured values, what it was given. The language's own objects are reached from those
 * by a few words (`constructor`, `prototype`), by computed members, or by their global names; none of them may occur, but for
 * globals that are called or asked for a member.
 */
import { isLazyGlobal } from "../../platform/engine/builtin.js";

export const Reach = {
  /** Only what is its own. */
  OWN: 0,
  /** The language's and Node's objects: to be compared. */
  SHARED: 1,
  /** The same, and it writes to members: what the functions in them have is compared as well. */
  WRITTEN: 2,
  /** What cannot be looked at, such as a timer without a reference. */
  HIDDEN: 3,
} as const;

/** Globals whose members may be called, and that may be called or constructed. */
const HARMLESS = new Set(
  `Math JSON Number String Boolean BigInt Array Map Set WeakMap WeakSet Date RegExp Promise undefined NaN Infinity
  isNaN isFinite parseInt parseFloat Error TypeError RangeError SyntaxError AggregateError ArrayBuffer SharedArrayBuffer
  DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array
  BigInt64Array BigUint64Array structuredClone setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate
  queueMicrotask TextEncoder TextDecoder URL URLSearchParams Buffer atob btoa performance console process AbortController`.split(
    /\s+/,
  ),
);

/** What of `process` belongs to the program, or is of this moment. */
const PROCESS_READ =
  /\bprocess\b(?!\s*\.\s*(?:env|pid|ppid|platform|arch|version|memoryUsage|hrtime|cpuUsage|uptime|nextTick|cwd|exit|exitCode)\b)/;

/** Words that lead from any value to objects that all code shares. */
const SHARED_WORDS = /\.\s*constructor\b|\bconstructor\b(?!\s*\()|\b(?:prototype|callee|caller|__\w+__)\b/;

/** What may run code that is not in the text, act later without being listed, or set what nobody can read. */
const HIDDEN_WORDS =
  /\b(?:eval|Function|import|require|unref|waitAsync|WeakRef|FinalizationRegistry|AbortSignal|enterWith|stdout|stderr|stdin|binding)\b|\.\s*constructor\s*\(|\bconsole\s*\.\s*(?:group|count|time)|\$\$heddle_import\b/;

/** What of `process` and `performance` can be used and leaves nothing, or what is looked at anyway. */
const PROCESS =
  /\bprocess\b(?!\s*\.\s*(?:argv|execArgv|env|pid|ppid|platform|arch|version|versions|memoryUsage|hrtime|cpuUsage|uptime|nextTick|cwd|exit|exitCode|on|once|off|title)\b)/;
const PERFORMANCE = /\bperformance\b(?!\s*\.\s*(?:now\s*\(|timeOrigin))/;

/** A member whose name is not in the text: it may be `constructor`. */
const COMPUTED =
  /(?<=[\w$)\]}"'`])(?<!(?<![.\w$])(?:return|const|let|var|of|in|case|else|do|new|throw|typeof|void|delete|await|yield|instanceof))\s*(?:\?\.\s*)?\[(?!\s*(?:\d+|Symbol\.(?:dispose|asyncDispose|iterator|asyncIterator))\s*\])/;

const ASSIGNED = String.raw`\s*(?:(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=(?![=>])|\+\+|--)`;
/** A harmless global that is not called or asked for a member, or whose member is written to. */
const MISUSED = String.raw`(?<![.\w$])(?:GLOBAL)(?![\w$])(?<!(?:(?<!\.)\.\s+|\binstanceof\s+)(?:GLOBAL))(?:(?!\s*[.(])|\s*\.\s*[\w$]+(?:\s*\.\s*[\w$]+)*ASSIGNED)|(?:\+\+|--|\bdelete)\s*(?:GLOBAL)\s*\.`;
const objects = [...HARMLESS].filter((name) => !/^(?:undefined|NaN|Infinity)$/.test(name));
const misused = new RegExp(MISUSED.replaceAll("GLOBAL", objects.join("|")).replaceAll("ASSIGNED", () => ASSIGNED));

/** A member is written to, or something is called that does so. */
const WRITES = new RegExp(
  String.raw`(?:\.\s*[\w$]+|\])${ASSIGNED}|(?:\+\+|--|\bdelete\b)\s*[\w$]|\b(?:assign|freeze|seal|preventExtensions|define\w+|__define\w+__|set\w*)\s*\(|\b(?:Reflect|Proxy)\b`,
);

let sharedGlobals: ReadonlyMap<string, number> | undefined;

/** Of the other globals, those that Node makes when they are first read cannot be looked at. */
function otherGlobals(): ReadonlyMap<string, number> {
  const names = Object.getOwnPropertyNames(globalThis).filter((name) => !HARMLESS.has(name));
  return new Map(
    names.map((name) => {
      const isMade = isLazyGlobal(name) || Object.getOwnPropertyDescriptor(globalThis, name)?.get !== undefined;
      return [name, isMade ? Reach.HIDDEN : Reach.SHARED];
    }),
  );
}

/** @returns what code with that text may reach */
export function reachOf(source: string): number {
  if (HIDDEN_WORDS.test(source) || PROCESS.test(source) || PERFORMANCE.test(source)) return Reach.HIDDEN;
  // Names may be written in other ways.
  let reach: number = /\\u|[^\0-\x7f]/.test(source) || SHARED_WORDS.test(source) ? Reach.SHARED : Reach.OWN;
  if (COMPUTED.test(source) || PROCESS_READ.test(source) || misused.test(source)) reach = Reach.SHARED;
  sharedGlobals ??= otherGlobals();
  for (const [word] of source.matchAll(/[A-Za-z_$][\w$]*/g))
    reach = Math.max(reach, sharedGlobals.get(word) ?? Reach.OWN);
  return reach === Reach.SHARED && WRITES.test(source) ? Reach.WRITTEN : reach;
}

/** Modules of Node whose functions leave nothing but what is in their objects. */
const PLAIN_MODULES =
  /^node:(?:assert|buffer|crypto|events|fs|fs\/promises|os|path|querystring|string_decoder|url|util|zlib)(?:\.|$)/;

let listener: ((reach: number, module?: string) => void) | undefined;

/** `note` is told of all code, and all shared objects, that this thread gets from now on. */
export function onReach(note: (reach: number, module?: string) => void): void {
  listener = note;
}

/** Code is about to be run that was sent here. @param known what an earlier call has found @returns the reach */
export function noteCode(source: string, known: number | undefined): number | undefined {
  if (listener === undefined) return known;
  const reach = known ?? reachOf(source);
  listener(reach);
  return reach;
}

/** Something that all code shares was sent here by its name. */
export function noteShared(name: string): void {
  if (listener === undefined) return;
  if (!name.startsWith("node:")) return listener(Reach.WRITTEN);
  listener(PLAIN_MODULES.test(name) ? Reach.WRITTEN : Reach.HIDDEN, name.slice("node:".length).split(".")[0] ?? "");
}

/** Flags of the program: which of them its workers must not have, and the one for debuggers. */
import { checkInteger } from "../platform/errors/arguments.js";

/**
 * For one process only: they open its inspector, and may wait for a debugger, say what is to be run instead of a file, watch
 * that, or name the one file that something is written to. What was read from files of the environment is there already.
 */
const OF_ONE_PROCESS = new RegExp(
  `^-(?:${[
    ...["e", "p", "pe", "ep", "c", "i"],
    ...["eval", "print", "check", "interactive", "run", "input-type", "entry-url", "prof-process", "snapshot-blob"],
    ...["inspect.*", "debug-port", "watch.*", "(?:experimental-)?test.*", "(?:experimental-)?bench.*", "build-.*"],
    ...["experimental-sea-config", "experimental-(?:default-)?config-file", "env-file.*"],
    ...["cpu-prof-name", "heap-prof-name", "report-filename", "trace-event-file-pattern"],
  ]
    .map((name) => (name.length > 2 ? `-${name}` : name))
    .join("|")})$`,
);

/** What only the flags of a thread that it is given anew must be freed of: it is for a program without a file. */
const INPUT_TYPE = /^--input-type(=|$)/;

/** Flags that a thread understands, with their value; others, such as V8's, hold for the whole process anyway. */
const KEPT = /^(-r|--require|--import|-C|--conditions|--enable-source-maps|--no-warnings)(=|$)/;
const WITH_VALUE = /^(-r|--require|--import|-C|--conditions)$/;

/** @returns what replaces the flags that threads inherit, or undefined if those are right */
export function threadFlags(): { readonly execArgv: string[] } | undefined {
  const { execArgv } = process;
  if (!execArgv.some((flag) => INPUT_TYPE.test(flag))) return undefined;
  const kept = execArgv.filter((flag, i) => KEPT.test(flag) || WITH_VALUE.test(execArgv[i - 1] ?? ""));
  return { execArgv: kept };
}

/** Limits of a process's heap and stack, in megabytes. */
export interface ProcessLimits {
  readonly maxOldGenerationSizeMb?: number;
  readonly maxYoungGenerationSizeMb?: number;
  readonly stackSizeMb?: number;
}

/** Semi-spaces in a young generation. */
const SEMI_SPACES = 3;

function limitFlags(limits: ProcessLimits): string[] {
  const { maxOldGenerationSizeMb: old, maxYoungGenerationSizeMb: young, stackSizeMb: stack } = limits;
  return [
    ...(old === undefined ? [] : [`--max-old-space-size=${Math.ceil(old)}`]),
    ...(young === undefined ? [] : [`--max-semi-space-size=${Math.ceil(young / SEMI_SPACES)}`]),
    ...(stack === undefined ? [] : [`--stack-size=${Math.floor(stack * 1024)}`]),
  ];
}

/**
 * @param limits replace those that the program has
 * @param inspectPort where a debugger may connect to; without, the process has no inspector
 * @returns the flags and the environment of a new process
 */
export function processFlags(
  inspectPort: number | undefined,
  limits: ProcessLimits = {},
): { execArgv: string[]; env: NodeJS.ProcessEnv } {
  const execArgv = [...inheritable(process.execArgv), ...limitFlags(limits)];
  if (inspectPort !== undefined) execArgv.push(`--inspect=${inspectPort}`);
  // Without the variable by which `node --watch` asks the process that it watches what that loads.
  const { WATCH_REPORT_DEPENDENCIES: _, ...env } = process.env;
  const options = splitOptions(env["NODE_OPTIONS"] ?? "");
  const inherited = inheritable(options);
  if (inherited.length < options.length) env["NODE_OPTIONS"] = joinOptions(inherited);
  return { execArgv, env };
}

/** @returns the flags, and their values, that are for the workers as well */
function inheritable(flags: readonly string[]): string[] {
  let dropping = false;
  return flags.filter((flag) => {
    // What is no flag is the value of the one before.
    if (flag.startsWith("-")) dropping = OF_ONE_PROCESS.test(nameOf(flag));
    return !dropping;
  });
}

/** Node takes `_` for `-`. */
function nameOf(flag: string): string {
  return flag.replace(/=[\s\S]*/, "").replaceAll("_", "-");
}

/** @returns the flags of NODE_OPTIONS and their values: in double quotes a backslash takes the next character as it is */
export function splitOptions(text: string): string[] {
  const words = text.match(/(?:"(?:\\[\s\S]|[^"\\])*"?|[^" ])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\[\s\S]|[^"\\])*)"?/g, (_, inside: string) => inside.replace(/\\([\s\S])/g, "$1")),
  );
}

/** @returns what `splitOptions` makes those words of */
export function joinOptions(words: readonly string[]): string {
  return words.map((word) => (/[ "]/.test(word) ? `"${word.replace(/["\\]/g, "\\$&")}"` : word)).join(" ");
}

const MOST = 65535;
/** Node refuses the ports below, but for 0. */
const LEAST = 1024;

/**
 * @param processes how many need a port of their own
 * @throws {TypeError | RangeError} if `port` is neither undefined, 0, nor the first of that many ports
 */
export function checkInspectPort(className: string, port: unknown, processes = 1): void {
  if (port === undefined || port === 0) return;
  checkInteger(`${className}: inspectPort, if it is not 0,`, port, LEAST, MOST - processes + 1);
}

/** Flags of the program that its workers must not have: `--input-type` is for a program without a file only. */

const INPUT_TYPE = /^--input-type(=|$)/;

/** Flags that a thread understands, with their value; others, such as V8's, hold for the whole process anyway. */
const KEPT = /^(-r|--require|--import|-C|--conditions|--enable-source-maps|--no-warnings)(=|$)/;
const WITH_VALUE = /^(-r|--require|--import|-C|--conditions)$/;

/** @returns what replaces the flags that workers inherit, or undefined if those are right */
export function workerFlags(): { readonly execArgv: string[] } | undefined {
  const { execArgv } = process;
  if (!execArgv.some((flag) => INPUT_TYPE.test(flag))) return undefined;
  const kept = execArgv.filter((flag, i) => KEPT.test(flag) || WITH_VALUE.test(execArgv[i - 1] ?? ""));
  return { execArgv: kept };
}

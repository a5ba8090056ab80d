/** Why a process ended before anything of ours ran in it, as far as Node says it: a missing preload, a flag that it does not know. */
import { execFile } from "node:child_process";

/** How long Node may take to fail once more, in milliseconds. */
const LONGEST = 10_000;
const MOST_CHARACTERS = 2000;

/**
 * Starts Node once more with the same flags and no program, and hears what it says: what the process wrote went where the output
 * of the program goes.
 * @returns undefined if that starts
 */
export function whyNotBooted(execArgv: readonly string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...execArgv, "--eval", ""], { env, timeout: LONGEST }, (error, _stdout, stderr) => {
      resolve(error === null ? undefined : (told(stderr) ?? error.message));
    });
  });
}

/** @returns what it says without the stack, which shows Node's own files */
function told(stderr: string): string | undefined {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
  return lines.length === 0 ? undefined : lines.join("\n").slice(0, MOST_CHARACTERS);
}

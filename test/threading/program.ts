/** Runs a program of its own, so that its end can be watched. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../rig/root.js";

/** How a program ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * @param onOutput is called with all that came so far, and may send signals
 * @param files most files that the program may have open
 */
export async function runProgram(
  source: string,
  onOutput: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
  files?: number,
): Promise<Ended> {
  // Inside the project, so that the program finds the library by its name.
  const folder = mkdtempSync(path.join(root, "build/program-"));
  const file = path.join(folder, "main.mjs");
  writeFileSync(file, source);
  const limited = ["-c", `ulimit -n ${files}; exec "$0" "$1"`, process.execPath, file];
  const [command, args] = files === undefined ? [process.execPath, [file]] : ["/bin/sh", limited];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput(stdout, (signal) => child.kill(signal));
  });
  try {
    return await new Promise((resolve) => {
      child.once("close", (code, signal) => resolve({ stdout, stderr, code, signal }));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a program of its own, so that its end can be watched. */
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../rig/root.js";

/** How a program ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How a program is started. */
export interface Start {
  /** Flags of Node. */
  readonly flags?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** It leads a group of processes, as one that a shell starts, and signals go to the whole group. */
  readonly group?: boolean;
  /** What it reads; without, nothing. */
  readonly stdin?: string;
  /** A file that it reads instead. */
  readonly input?: string;
  /** Its input stays open, for what `onOutput` writes. */
  readonly talks?: boolean;
  /** Most files that it may have open. */
  readonly files?: number | undefined;
}

/** @param onOutput is called with all that came so far, and may send signals */
export async function runProgram(
  source: string,
  onOutput: (stdout: string, kill: (signal: NodeJS.Signals) => void, write: (text: string) => void) => void = () => {},
  { flags = [], args = [], env = {}, group = false, stdin, input, talks = false, files }: Start = {},
): Promise<Ended> {
  // Inside the project, so that the program finds the library by its name.
  const folder = mkdtempSync(path.join(root, "build/program-"));
  const file = path.join(folder, "main.mjs");
  writeFileSync(file, source);
  const words = [process.execPath, ...flags, file, ...args];
  const limited = files === undefined ? words : ["/bin/sh", "-c", `ulimit -n ${files}; exec "$0" "$@"`, ...words];
  const child = spawn(limited[0]!, limited.slice(1), {
    stdio: [input === undefined ? "pipe" : openSync(input, "r"), "pipe", "pipe"],
    env: { ...process.env, ...env },
    detached: group,
  });
  if (!talks) child.stdin?.end(stdin);
  let stdout = "";
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput(
      stdout,
      (signal) => (group ? process.kill(-child.pid!, signal) : child.kill(signal)),
      (text) => child.stdin?.write(text),
    );
  });
  try {
    return await new Promise((resolve) => {
      child.once("close", (code, signal) => resolve({ stdout, stderr, code, signal }));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

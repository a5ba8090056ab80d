/** Runs one of the tutorial's programs as a process of its own and keeps what it printed, and when. */
import { spawn } from "node:child_process";
import path from "node:path";

/** A line of output. */
export interface Line {
  /** Milliseconds from the start of the process to the arrival of the line. */
  readonly at: number;
  readonly text: string;
}

/** What a program did. */
export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly lines: readonly Line[];
  readonly pid: number;
  /** null if a signal ended it. */
  readonly exitcode: number | null;
  /** Milliseconds from start to end of the process. */
  readonly wall: number;
  /** How many times longer than on an idle machine starting a program takes now; 1 or more. */
  readonly slowness: number;
}

/** Milliseconds an empty Node takes to start and end on an idle machine like those of the usual CI. */
const IDLE_START = 60;

/** Longest time for a program: none of them needs more than 6 seconds. */
const LIMIT = 60_000;

const programs = path.resolve(import.meta.dirname, "../tutorial");

/** @returns the whole run, after the process has ended; `onText` gets the output as it comes */
export async function runProgram(name: string, onText: (text: string) => void = () => {}): Promise<Run> {
  // Measured while the program starts and when it has ended: what else runs then is what makes it slow.
  const nothing = (): Promise<{ wall: number }> => runFile(["-e", "0"], () => {});
  const [before, run] = await Promise.all([
    nothing(),
    runFile(["--enable-source-maps", path.join(programs, `${name}.js`)], onText),
  ]);
  const after = await nothing();
  const slowness = Math.max(1, before.wall / IDLE_START, after.wall / IDLE_START);
  return { ...run, slowness };
}

function runFile(args: readonly string[], onText: (text: string) => void): Promise<Omit<Run, "slowness">> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], timeout: LIMIT });
    const stop = (): void => void child.kill();
    process.once("exit", stop);
    const lines: Line[] = [];
    let stdout = "";
    let stderr = "";
    let open = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const at = performance.now() - start;
      const texts = (open + text).split("\n");
      open = texts.pop() ?? "";
      lines.push(...texts.map((line) => ({ at, text: line })));
      stdout += text;
      onText(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onText(text);
    });
    child.on("error", reject);
    child.on("close", (exitcode) => {
      process.off("exit", stop);
      resolve({ stdout, stderr, lines, pid: child.pid ?? 0, exitcode, wall: performance.now() - start });
    });
  });
}

/**
 * The tour (`npm start`): the tutorial's programs one after the other, each with its output and a tick for everything
 * that was checked; then a piece of real work. Exit code 1 if a check failed.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import type { Expectation } from "./expect.js";
import { expectations } from "./expectations.js";
import { failuresOf } from "./failures.js";
import { type Run, runProgram } from "./program.js";

/** Programs that run at the same time: most of them only sleep. What is shown is always one program's output, whole. */
const SIDE_BY_SIDE = 2;
const ATTEMPTS = 5;

const coloured = process.stdout.isTTY === true && !process.env["NO_COLOR"];
const paint = (code: number, text: string): string => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text);
const bold = (text: string): string => paint(1, text);
const write = (text: string): void => void process.stdout.write(text);

/** The output of one program: kept until it is this program's turn, then passed on as it comes. */
class Output {
  #kept = "";
  #shown = false;
  #lineStart = true;

  add(text: string): void {
    const indented = (this.#lineStart ? "  " : "") + text.replace(/\n(?=.)/g, "\n  ");
    this.#lineStart = text.endsWith("\n");
    if (this.#shown) write(indented);
    else this.#kept += indented;
  }
  show(): void {
    this.#shown = true;
    write(this.#kept);
  }
}

interface Stop {
  readonly expectation: Expectation;
  readonly output: Output;
  readonly runs: Promise<Run>;
}

/** Starts all programs, a few at a time, in the order in which they are shown. */
function startAll(): Stop[] {
  const running: Promise<unknown>[] = [];
  return expectations.map((expectation, i) => {
    const output = new Output();
    const free = i < SIDE_BY_SIDE ? undefined : running[i - SIDE_BY_SIDE];
    const runs = Promise.resolve(free).then(() => runUntilShown(expectation, output));
    running.push(runs.catch(() => {}));
    return { expectation, output, runs };
  });
}

async function runUntilShown({ program, shown }: Expectation, output: Output): Promise<Run> {
  for (let attempt = 1; ; attempt++) {
    const run = await runProgram(program, (text) => output.add(text));
    if (attempt === ATTEMPTS || run.exitcode !== 0 || shown === undefined || shown(run)) return run;
  }
}

/** Shows one program. @returns how many of its checks failed */
async function visit({ expectation, output, runs }: Stop): Promise<number> {
  write(`\n${bold(expectation.heading)}  ${paint(2, `examples/tutorial/${expectation.program}.ts`)}\n`);
  output.show();
  const reasons = await failuresOf(expectation, await runs, () => {
    write(`  ${paint(2, "a check failed: once more, this program alone")}\n`);
    return runProgram(expectation.program, (text) => output.add(text));
  });
  for (const [i, { says }] of expectation.checks.entries()) {
    const reason = reasons[i];
    write(reason === undefined ? `  ${paint(32, "✓")} ${says}\n` : `  ${paint(31, "✗")} ${says}: ${reason}\n`);
  }
  return reasons.filter((reason) => reason !== undefined).length;
}

/** The wordcount, on this terminal. @returns 0 if it found the same in all three ways */
function wordcount(): Promise<number> {
  write(`\n${bold("Real work on real cores")}  ${paint(2, "examples/wordcount.ts")}\n`);
  const file = path.resolve(import.meta.dirname, "../wordcount.js");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--enable-source-maps", file], { stdio: ["ignore", "inherit", "inherit"] });
    process.once("exit", () => child.kill());
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0 ? 0 : 1));
  });
}

// Leaving by exit ends the programs that still run, too.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

let failed = 0;
for (const stop of startAll()) failed += await visit(stop);
failed += await wordcount();
const checks = expectations.flatMap((expectation) => expectation.checks).length + 1;
write(
  `\n${failed === 0 ? paint(32, `All ${checks} checks passed.`) : paint(31, `${failed} of ${checks} checks failed.`)}\n`,
);
process.exitCode = failed === 0 ? 0 : 1;

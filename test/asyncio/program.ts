import { execFile, spawn } from "node:child_process";
import path from "node:path";

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

const root = path.resolve(import.meta.dirname, "../../..");

/** Runs the text of a module in a process of its own. Killed after two minutes: then `code` is null. */
export function program(source: string, flags: string[] = []): Promise<Ended> {
  const args = [...flags, "--input-type=module", "--eval", source];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, timeout: 120_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
      resolve({ code, stdout, stderr });
    });
  });
}

/** As `program`; calls `onLine` for each line it prints, with a way to send it a signal. */
export function talkingProgram(
  source: string,
  onLine: (line: string, kill: (signal: NodeJS.Signals) => void) => void,
): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    cwd: root,
    timeout: 120_000,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    for (const line of parts) {
      lines.push(line);
      onLine(line, (signal) => child.kill(signal));
    }
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, lines })));
}

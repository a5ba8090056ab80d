// What every script of this folder needs: where the project is, and a way to run its parts.
import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Programs started by this script that still run: they end with it. */
const running = new Set();

/** Exit code of this script once it was told to stop. */
let stopped;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    stopped = 128 + os.constants.signals[signal];
    if (running.size === 0) process.exit(stopped);
    for (const child of running) child.kill("SIGTERM");
    // They get a moment to leave on their own, then they are gone whatever they do.
    setTimeout(() => {
      for (const child of running) child.kill("SIGKILL");
    }, 2000).unref();
  });
}

/**
 * Runs a program to its end, by default on this terminal.
 *
 * @returns {Promise<{ code: number, output: string }>} exit code as a shell shows it, and what it wrote if `capture` is set
 * @param {object} options those of `spawn`, and `input`: what it reads
 */
export function run(command, args, { capture = false, input, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const stdin = input === undefined ? "ignore" : "pipe";
    const stdio = capture ? [stdin, "pipe", "pipe"] : [stdin, "inherit", "inherit"];
    const child = spawn(command, args, { cwd: root, stdio, ...options });
    running.add(child);
    child.stdin?.end(input);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      running.delete(child);
      if (stopped !== undefined && running.size === 0) process.exit(stopped);
      resolve({ code: code ?? 128 + os.constants.signals[signal], output });
    });
  });
}

/** Runs a JavaScript file with this Node. */
export function node(args, options) {
  return run(process.execPath, args, options);
}

/** Runs npm, the one that started this script if there is one. */
export function npm(args, options) {
  const cli = process.env.npm_execpath;
  if (cli?.endsWith(".js")) return node([cli, ...args], options);
  return run(process.platform === "win32" ? "npm.cmd" : "npm", args, {
    shell: process.platform === "win32",
    ...options,
  });
}

/** Ends this script with a message when a step has failed. */
export function demand(step, { code, output }) {
  if (code === 0) return;
  if (output) process.stderr.write(output);
  process.stderr.write(`${step} failed (exit code ${code})\n`);
  process.exit(code);
}

/** @returns {number} time of the last change; 0 if the file does not exist */
function changed(file) {
  return statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Makes the project ready to run from a fresh clone: packages, if missing or older than the lock file, and the build. */
export async function prepare({ build = true } = {}) {
  checkNode();
  if (changed("node_modules/.package-lock.json") < changed("package-lock.json")) {
    process.stderr.write("Installing packages (npm ci) ...\n");
    demand("npm ci", await npm(["ci", "--no-audit", "--no-fund"], { capture: true }));
  }
  if (build) demand("The build", await node(["scripts/build.js"]));
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(`heddle needs Node 20.19 or later; this is ${process.versions.node}\n`);
  process.exit(1);
}

// npm run torture [-- faces ...] [--cases a,b] [--again] [--page]: what pools do when something goes wrong, heddle's beside those of npm.
// Every case is a program of its own for each library, run in build/torture, where the libraries are installed. All
// verdicts go to build/torture/results.json. `--again`: only what hung or crashed the last time; `--page` writes the tables
// of docs/never-hang.md.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { textOf, withText } from "../bench/torture/table.js";
import { demand, npm, prepare, root, run } from "./project.js";

/** Longest time for one program, and for its end after the verdict, in milliseconds. */
const [LIMIT, END_LIMIT] = [150_000, 20_000];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: "string" },
    page: { type: "boolean" },
    again: { type: "boolean" },
    "no-build": { type: "boolean" },
  },
});
const base = path.join(root, "build/torture");
const resultsFile = path.join(base, "results.json");
const page = path.join(root, "docs/never-hang.md");

await prepare({ build: !values["no-build"] });
await install();
const { CASES } = await import(pathToFileURL(path.join(base, "cases.js")).href);
const faces = await readFaces();
const results = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, "utf8")).results : {};
const load = os.loadavg()[0];
for (const id of choose("case", values.cases?.split(","), Object.keys(CASES))) {
  const ids = choose(
    "library",
    positionals,
    faces.map((face) => face.id),
  );
  for (const face of faces.filter((one) => ids.includes(one.id))) {
    if (values.again && !["hangs", "crashes"].includes(results[id]?.[face.id]?.outcome)) continue;
    const verdict = await tryOut(id, face);
    (results[id] ??= {})[face.id] = verdict;
    process.stdout.write(`${id} | ${face.id} | ${verdict.outcome} ${verdict.remark}\n`);
  }
}
await keep();

function choose(what, typed, known) {
  const chosen = typed?.length ? typed : known;
  const unknown = chosen.filter((name) => !known.includes(name));
  if (unknown.length === 0) return chosen;
  process.stderr.write(`No such ${what}: ${unknown.join(", ")}; there are ${known.join(", ")}\n`);
  process.exit(1);
}

/** Lays the programs out; the libraries stay for the next run as long as their lock file is the same. */
async function install() {
  const given = path.join(root, "bench/torture");
  mkdirSync(base, { recursive: true });
  for (const old of readdirSync(base))
    if (!["node_modules", "results.json"].includes(old)) rmSync(path.join(base, old), { recursive: true });
  cpSync(given, base, { recursive: true });
  const [lock, known] = ["package-lock.json", "node_modules/.heddle-lock.json"].map((file) => path.join(base, file));
  if (!existsSync(known) || !readFileSync(known).equals(readFileSync(lock))) {
    process.stderr.write("Installing the libraries ...\n");
    const flags = ["--prefer-offline", "--no-audit", "--no-fund"];
    demand("npm ci", await npm(["ci", ...flags], { cwd: base, capture: true }));
    cpSync(lock, known);
  }
  const link = path.join(base, "node_modules/heddle");
  rmSync(link, { recursive: true, force: true });
  symlinkSync(root, link, "dir");
}

/** One file for each library and kind of worker, ours first. */
async function readFaces() {
  const folder = path.join(base, "faces");
  const found = [];
  for (const file of readdirSync(folder).sort()) {
    const { face } = await import(pathToFileURL(path.join(folder, file)).href);
    const { version } = JSON.parse(readFileSync(path.join(base, "node_modules", face.package, "package.json"), "utf8"));
    found.push({ id: file.replace(/\.js$/, ""), version, ...face });
  }
  return found.sort((a, b) => Number(b.package === "heddle") - Number(a.package === "heddle"));
}

async function tryOut(id, face) {
  const { only, needs } = CASES[id];
  if (only !== undefined && only !== face.kind) return { outcome: "none", remark: "" };
  if (needs !== undefined && !face.can.includes(needs)) return { outcome: "none", remark: "" };
  const { verdict, pids, ended, errors } = await runProgram(id, face);
  const left = await leftBehind(pids);
  if (ended === "program hangs") return { outcome: "hangs", remark: "the whole program" };
  if (verdict === undefined) return { outcome: "crashes", remark: `the program${shortly(errors)}` };
  if (verdict.outcome === "hangs") return verdict;
  if (ended === "does not end") return { outcome: "hangs", remark: "the program does not end" };
  if (left > 0) return { outcome: "wrong", remark: `${left} processes are left` };
  if (CASES[id].mustSay?.test(errors) === false && verdict.outcome === "right")
    return { outcome: "vague", remark: "nobody hears of it" };
  return verdict;
}

/** What a program that has crashed says: the first line that names an error. */
function shortly(errors) {
  const line = errors
    .split("\n")
    .find((one) => /^\s*(\w*Error|DOMException)\b/.test(one))
    ?.trim();
  return line === undefined ? "" : ` (${line.slice(0, 60)})`;
}

function runProgram(id, face) {
  return new Promise((resolve) => {
    cpSync(path.join(root, "bench/torture/preload.cjs"), path.join(base, "preload.cjs"));
    const args = [...(CASES[id].flags ?? []), path.join(base, "run-case.js"), id, face.id];
    // A group of its own, so that whatever it leaves behind can be ended with it.
    const child = spawn(process.execPath, args, { cwd: base, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const seen = { verdict: undefined, pids: [], ended: undefined, errors: "" };
    let [text, timer] = ["", undefined];
    const giveUp = (why) => {
      seen.ended = why;
      child.kill("SIGKILL");
    };
    timer = setTimeout(giveUp, LIMIT, "program hangs");
    child.stderr.setEncoding("utf8").on("data", (data) => (seen.errors += data));
    child.stdout.setEncoding("utf8").on("data", (data) => {
      text += data;
      for (const line of text.split("\n").filter((one) => /^\{"(verdict|pids)".*\}$/.test(one))) {
        Object.assign(seen, JSON.parse(line));
      }
      if (seen.verdict === undefined || seen.waits) return;
      seen.waits = true;
      clearTimeout(timer);
      timer = setTimeout(giveUp, END_LIMIT, "does not end");
    });
    // Not "close": workers that are left behind hold the pipes open.
    child.on("exit", () => {
      clearTimeout(timer);
      setTimeout(() => {
        resolve(seen);
        child.stdout.destroy();
        child.stderr.destroy();
      }, 100);
    });
  });
}

/** @returns how many of these processes live on; they are ended */
async function leftBehind(pids) {
  const lives = (pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  for (let i = 0; i < 50 && pids.some(lives); i++) await new Promise((resolve) => setTimeout(resolve, 100));
  const left = pids.filter(lives);
  for (const pid of left) process.kill(pid, "SIGKILL");
  return left.length;
}

async function keep() {
  const commit = (await run("git", ["rev-parse", "--short", "HEAD"], { capture: true })).output.trim();
  const date = new Date().toISOString().slice(0, 10);
  const machine = { cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), platform: os.platform(), load };
  const record = { date, commit, node: process.version, machine, results };
  writeFileSync(resultsFile, `${JSON.stringify(record, null, 2)}\n`);
  process.stdout.write("build/torture/results.json\n");
  if (!values.page) return;
  const cases = Object.fromEntries(Object.entries(CASES).map(([id, { title }]) => [id, title]));
  const about = `Run on ${date}: Node ${process.versions.node}, ${machine.platform}, ${machine.cores} cores (${machine.cpu}), commit \`${commit}\`.`;
  writeFileSync(page, withText(readFileSync(page, "utf8"), textOf({ cases, faces, results, about })));
}

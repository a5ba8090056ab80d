// npm run test:packages [-- names] [--times]: functions that use widely used packages, import, capture and return what they
// make, and throw their errors, in threads and processes. Every package has a program in test/packages/cases; it runs as an
// ES module, and as CommonJS where the package is, in build/packages against the packed library. What came of it goes into
// the table of docs/packages.md. `--times` also measures the first call beside loading the package, and later calls.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { asCommonJs, caseOf, isCommonJs, PACKAGES } from "../test/packages/programs.js";
import { rowOf, rowsOf, totals, withTable } from "../test/packages/table.js";
import { demand, node, npm, prepare, root } from "./project.js";

/** Longest time for one program, in milliseconds. */
const LIMIT = 300_000;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { times: { type: "boolean" } } });
const base = path.join(root, "build/packages");
const programs = path.join(base, "programs");
const page = path.join(root, "docs/packages.md");
const unknown = positionals.filter((typed) => !PACKAGES.some(([name]) => name === typed));
if (unknown.length > 0) {
  const names = PACKAGES.map(([name]) => name).join(", ");
  process.stderr.write(`No such package: ${unknown.join(", ")}; there are ${names}\n`);
  process.exit(1);
}

await prepare();
await install();
const rows = [];
for (const [name, version] of PACKAGES) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const row = rowOf(name, version, await tryOut(name));
  process.stdout.write(`${row.join(" | ")}\n`);
  rows.push(row);
}
for (const { kind, yes, refused, wrong, all } of totals(rows)) {
  process.stdout.write(`${kind}: ${yes} of ${all} right, ${refused} refused, ${wrong} wrong\n`);
  if (wrong > 0) process.exitCode = 1;
}
writeTable();

/** Rows of packages that were not run stay as they are. */
function writeTable() {
  const text = readFileSync(page, "utf8");
  const known = new Map([...rowsOf(text), ...rows].map((row) => [row[0], row]));
  const all = PACKAGES.map(([name]) => known.get(name));
  if (all.every((row) => row !== undefined)) writeFileSync(page, withTable(text, all));
}

/** Lays packages and programs out; the packages stay for the next run as long as their lock file is the same. */
async function install() {
  const flags = ["--prefer-offline", "--no-audit", "--no-fund"];
  const options = { cwd: base, capture: true };
  const given = path.join(root, "test/packages");
  mkdirSync(base, { recursive: true });
  const [lock, known] = ["package-lock.json", "node_modules/.heddle-lock.json"].map((file) => path.join(base, file));
  for (const file of ["package.json", "package-lock.json"]) cpSync(path.join(given, file), path.join(base, file));
  if (!existsSync(known) || !readFileSync(known).equals(readFileSync(lock))) {
    process.stderr.write("Installing the packages ...\n");
    demand("npm ci", await npm(["ci", ...flags], options));
    cpSync(lock, known);
  }
  const packed = path.join(base, "packed");
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(packed);
  demand("npm pack", await npm(["pack", "--pack-destination", packed], { capture: true }));
  const tarball = path.join(packed, readdirSync(packed)[0]);
  rmSync(path.join(base, "node_modules/heddle"), { recursive: true, force: true });
  demand("Installing heddle", await npm(["install", tarball, "--no-save", "--no-package-lock", ...flags], options));
  rmSync(programs, { recursive: true, force: true });
  cpSync(given, programs, { recursive: true });
}

/** Runs the programs of a package. @returns what they said, each with the name of its program */
async function tryOut(name) {
  const file = path.join(programs, "cases", caseOf(name));
  const outcomes = await say(name, "import", file, values.times ? ["times"] : []);
  if (!isCommonJs(name, base)) return outcomes;
  const other = file.replace(/js$/, "cjs");
  writeFileSync(other, asCommonJs(readFileSync(file, "utf8")));
  return [...outcomes, ...(await say(name, "require", other, []))];
}

async function say(name, program, file, args) {
  const { code, output } = await node([file, name, ...args], { cwd: programs, capture: true, timeout: LIMIT });
  const lines = output.split("\n").filter((line) => line.startsWith('{"kind"'));
  const said = lines.map((line) => ({ program, ...JSON.parse(line) }));
  for (const { kind, where, outcome, message } of said)
    if (outcome === "wrong") process.stdout.write(`  ${name}, ${kind}, ${program} in a ${where}: ${message}\n`);
  for (const { first, loading, next } of said.filter(({ kind }) => kind === "times"))
    process.stdout.write(
      `  ${name}: first call ${show(first)}, loading ${show(loading)}, captured again ${show(next)}\n`,
    );
  if (code === 0) return said;
  process.stdout.write(`\n=== ${name}, ${program} (exit code ${code})\n${output}\n`);
  return [...said, { program, kind: "used", where: "program", outcome: "wrong", message: `exit code ${code}` }];
}

function show(ms) {
  return ms === null ? "-" : `${ms.toFixed(1)} ms`;
}

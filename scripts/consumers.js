// npm run test:consumers [-- names]: the packed package as its users run it: with loaders, bundlers, test runners and flags.
// Every environment runs a program of test/consumers in build/consumers, where package and tools are installed.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ENVIRONMENTS, PACKAGES, TOOLS } from "../test/consumers/environments.js";
import { installNode, installOther, OTHERS } from "./install-runtime.js";
import { demand, npm, prepare, root, run } from "./project.js";

/** Longest time for one environment, in milliseconds. */
const LIMIT = 120_000;

const base = path.join(root, "build/consumers");
const typed = process.argv.slice(2);
const unknown = typed.filter((name) => !ENVIRONMENTS.some((environment) => environment.name === name));
if (unknown.length > 0) {
  const names = ENVIRONMENTS.map(({ name }) => name).join(", ");
  process.stderr.write(`No such environment: ${unknown.join(", ")}; there are ${names}\n`);
  process.exit(1);
}
const chosen = ENVIRONMENTS.filter(({ name }) => typed.length === 0 || typed.includes(name));

await prepare();
const tarball = await pack();
const folders = new Map();
for (const tool of new Set(chosen.map((environment) => environment.tool))) folders.set(tool, await install(tool));
const rows = [];
for (const environment of chosen) rows.push(await tryOut(environment));
for (const row of rows) process.stdout.write(`${row}\n`);

async function pack() {
  const folder = path.join(base, "package");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  demand("npm pack", await npm(["pack", "--pack-destination", folder], { capture: true }));
  return path.join(folder, readdirSync(folder)[0]);
}

/** @returns {Promise<string>} a folder with the programs, the package and a tool */
async function install(tool = "node") {
  const folder = path.join(base, tool);
  for (const old of ["node_modules/heddle", "package-lock.json", "programs"])
    rmSync(path.join(folder, old), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  cpSync(path.join(root, "test/consumers"), path.join(folder, "programs"), { recursive: true });
  const flags = ["--prefer-offline", "--no-audit", "--no-fund"];
  const packages = [...PACKAGES, ...(TOOLS[tool] ?? [])];
  demand(`Installing ${tool}`, await npm(["install", tarball, ...packages, ...flags], { cwd: folder, capture: true }));
  return folder;
}

/** Runs both programs of an environment. @returns {Promise<string>} what came of them, as a row of a table */
async function tryOut(environment) {
  const { name, steps, imports, input, importsInput, refused, says = /Pool ok/ } = environment;
  const works = await runSteps(environment, { what: name, steps, input, refused, says });
  const saysOfImports = environment.says ?? /Pool imports ok/;
  const second = {
    what: `${name}, imports`,
    steps: imports,
    input: importsInput,
    says: saysOfImports,
  };
  const uses = imports === undefined || refused !== undefined || (await runSteps(environment, second));
  const outcome = refused ? "refused, with the remedy" : "works";
  return `| ${name} | ${runtimeOf(environment)} | ${works && uses ? outcome : "FAILS"} |`;
}

/** @returns {Promise<boolean>} whether the last step went as it should */
async function runSteps(environment, { what, steps, input, refused, says }) {
  const folder = folders.get(environment.tool);
  const binary = await binaryFor(environment);
  const cwd = path.join(folder, "programs", environment.program);
  const options = { cwd, env: { ...process.env, ...environment.env }, capture: true, timeout: LIMIT };
  let output = "";
  let code = 0;
  for (const [i, step] of steps.entries()) {
    const args = step.map((part) => part.replaceAll("{modules}", path.join(folder, "node_modules")));
    const last = i === steps.length - 1;
    ({ output, code } = await run(binary, args, { ...options, ...(last && input ? { input } : {}) }));
    if (code !== 0) break;
  }
  if ((code === 0) === !refused && (refused ?? says).test(output)) return true;
  process.exitCode = 1;
  process.stdout.write(`\n=== ${what} (exit code ${code})\n${output}\n`);
  return false;
}

/** This Node if it is at least what is asked for; otherwise one is installed. */
async function binaryFor({ node: version, runtime }) {
  if (runtime !== undefined) return installOther(runtime);
  return runsHere(version) ? process.execPath : installNode(version);
}

function runsHere(version) {
  return version === undefined || Number(process.versions.node.split(".")[0]) >= Number(version);
}

function runtimeOf({ node: version, runtime }) {
  if (runtime !== undefined) return `${runtime} ${OTHERS[runtime]}`;
  return runsHere(version) ? process.versions.node : version;
}

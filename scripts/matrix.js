// npm run test:matrix [-- 20 22 ...]: runs the suite on every Node version we support. The binaries come from npm
// (the package of this platform that `node` itself would install) and are kept in build/nodes.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { demand, npm, prepare, root, run } from "./project.js";

const PACKAGE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const VERSIONS = ["20", "22", "24", "26"];

const chosen = process.argv.length > 2 ? process.argv.slice(2) : VERSIONS;
const unknown = chosen.filter((version) => !/^\d+(\.\d+){0,2}$/.test(version));
if (unknown.length > 0) {
  process.stderr.write(`Not a Node version: ${unknown.join(", ")}; give none for ${VERSIONS.join(", ")}\n`);
  process.exit(1);
}

await prepare();
const results = [];
for (const version of chosen) results.push([version, await testOn(version)]);
for (const [version, code] of results)
  process.stdout.write(`Node ${version}: ${code === 0 ? "passed" : `failed (${code})`}\n`);
process.exitCode = results.every(([, code]) => code === 0) ? 0 : 1;

async function testOn(version) {
  const binary = await install(version);
  const { output } = await run(binary, ["--version"], { capture: true });
  process.stdout.write(`\n=== Node ${output.trim()}\n`);
  return (await run(binary, ["scripts/test.js", "--no-build"])).code;
}

/** @returns {Promise<string>} path of the binary, installed if it is not there yet */
async function install(version) {
  const folder = path.join(root, "build/nodes", version);
  const binary = path.join(folder, "node_modules", PACKAGE, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
  const flags = ["--no-audit", "--no-fund"];
  const options = { cwd: folder, capture: true };
  demand(`Installing Node ${version}`, await npm(["install", `${PACKAGE}@${version}`, ...flags], options));
  return binary;
}

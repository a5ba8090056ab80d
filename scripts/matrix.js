// npm run test:matrix [-- 20 22 ...]: runs the suite on every Node version we support.
import { installNode } from "./install-node.js";
import { prepare, run } from "./project.js";

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
  const binary = await installNode(version);
  const { output } = await run(binary, ["--version"], { capture: true });
  process.stdout.write(`\n=== Node ${output.trim()}\n`);
  return (await run(binary, ["scripts/test.js", "--no-build"])).code;
}

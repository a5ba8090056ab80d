// npm run test:matrix [-- 20 22 ... bun deno]: runs the suite on every Node version we support; on Bun and Deno, which do
// not run Node's tests as Node does, a program of test/consumers.
import { installNode, OTHERS } from "./install-runtime.js";
import { node, prepare, run } from "./project.js";

const VERSIONS = ["20", "22", "24", "26"];

const chosen = process.argv.length > 2 ? process.argv.slice(2) : VERSIONS;
const isOther = (target) => Object.hasOwn(OTHERS, target);
const unknown = chosen.filter((target) => !isOther(target) && !/^\d+(\.\d+){0,2}$/.test(target));
if (unknown.length > 0) {
  const others = Object.keys(OTHERS).join(", ");
  process.stderr.write(
    `Not a Node version: ${unknown.join(", ")}; give none for ${VERSIONS.join(", ")}, or ${others}\n`,
  );
  process.exit(1);
}

await prepare();
const results = [];
for (const target of chosen) results.push([target, await (isOther(target) ? tryOther(target) : testOn(target))]);
for (const [target, code] of results) {
  const name = isOther(target) ? target : `Node ${target}`;
  process.stdout.write(`${name}: ${code === 0 ? "passed" : `failed (${code})`}\n`);
}
process.exitCode = results.every(([, code]) => code === 0) ? 0 : 1;

async function testOn(version) {
  const binary = await installNode(version);
  const { output } = await run(binary, ["--version"], { capture: true });
  process.stdout.write(`\n=== Node ${output.trim()}\n`);
  return (await run(binary, ["scripts/test.js", "--no-build"])).code;
}

async function tryOther(name) {
  process.stdout.write(`\n=== ${name} ${OTHERS[name]}\n`);
  return (await node(["scripts/consumers.js", name])).code;
}

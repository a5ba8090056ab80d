// npm run bench:pool [-- 20 24] [--rounds n] [--jobs a,b]: pools beside their peers, on each of these versions of Node, one after the
// other; alone on the machine, if the figures are to mean something. Writes bench/results/pool-node20.json ..., the table of
// bench/README.md and the chart of the headline rows, bench/pool.svg.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { chartOf, tablesOf, withTables } from "../bench/pool-page.js";
import { installNode } from "./install-runtime.js";
import { demand, prepare, root, run } from "./project.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "3" }, jobs: { type: "string" } },
});
const page = path.join(root, "bench/README.md");

await prepare();
mkdirSync(path.join(root, "bench/results"), { recursive: true });
const commit = (await run("git", ["rev-parse", "--short", "HEAD"], { capture: true })).output.trim();
const records = [];
for (const version of positionals.length > 0 ? positionals : ["20", "24"]) records.push(await measure(version));
writeFileSync(page, withTables(readFileSync(page, "utf8"), tablesOf(records)));
writeFileSync(path.join(root, "bench/pool.svg"), chartOf(records[0]));

async function measure(version) {
  const binary = await installNode(version);
  const date = new Date().toISOString();
  const load = os.loadavg()[0];
  const args = ["build/bench/pool.js", values.rounds, ...(values.jobs === undefined ? [] : [values.jobs])];
  const result = await run(binary, args, { capture: true, stdio: ["ignore", "pipe", "inherit"] });
  demand(`The bench on Node ${version}`, result);
  const node = (await run(binary, ["--version"], { capture: true })).output.trim();
  const machine = { node, cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), platform: os.platform(), load };
  const record = { bench: "pool", date, commit, machine, ...JSON.parse(result.output) };
  const file = `bench/results/pool-node${version}.json`;
  writeFileSync(path.join(root, file), `${JSON.stringify(record, null, 2)}\n`);
  process.stdout.write(`${file}\n`);
  return record;
}

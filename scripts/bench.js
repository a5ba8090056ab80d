// npm run bench -- NAME ...: runs build/bench/NAME.js and keeps its figures in bench/results/NAME.json.
// A bench prints one JSON value on stdout (its figures) and whatever a reader wants to see on stderr.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { demand, prepare, root, run } from "./project.js";

await prepare();
const folder = path.join(root, "build/bench");
const known = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith(".js"))
      .map((name) => name.slice(0, -3))
  : [];
const names = process.argv.slice(2);
const unknown = names.filter((name) => !known.includes(name));
if (names.length === 0 || unknown.length > 0) {
  process.stderr.write(
    `Name the benches to run${unknown.length > 0 ? ` (not: ${unknown.join(", ")})` : ""}: ${known.join(", ") || "there are none"}\n`,
  );
  process.exit(1);
}
mkdirSync(path.join(root, "bench/results"), { recursive: true });
for (const name of names) {
  const load = os.loadavg()[0];
  const args = ["--enable-source-maps", "--expose-gc", `build/bench/${name}.js`];
  const result = await run(process.execPath, args, { capture: true, stdio: ["ignore", "pipe", "inherit"] });
  demand(`bench ${name}`, result);
  const file = `bench/results/${name}.json`;
  const machine = { node: process.version, cpu: os.cpus()[0]?.model, cores: os.availableParallelism(), load };
  const commit = (await run("git", ["rev-parse", "--short", "HEAD"], { capture: true })).output.trim();
  const record = { bench: name, date: new Date().toISOString(), commit, machine, figures: JSON.parse(result.output) };
  writeFileSync(path.join(root, file), `${JSON.stringify(record, null, 2)}\n`);
  process.stdout.write(`${file}\n`);
}

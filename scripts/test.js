// npm test [-- groups or files]: installs and builds what is missing, then runs everything, with one report (run-tests.js).
// Options: --no-build, --concurrency N.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { demandNothingLeft } from "./leftovers.js";
import { node, prepare, root } from "./project.js";
import { chooseFiles } from "./test-files.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  // One file at a time: most tests use the cores themselves, and those that measure time must not be disturbed.
  options: { "no-build": { type: "boolean" }, concurrency: { type: "string", default: "1" } },
});

await prepare({ build: !values["no-build"] });
const mark = randomUUID();
// All temporary files of the run lie in one folder: also those of files that crash or run into their limit go with it.
const temporary = mkdtempSync(path.join(os.tmpdir(), "hd-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));
const { code } = await node(
  [
    "--enable-source-maps",
    "--import",
    pathToFileURL(path.join(root, "build/test/rig/leaks.js")).href,
    path.join(root, "scripts/run-tests.js"),
    values.concurrency,
    ...files(),
  ],
  { env: { ...process.env, HEDDLE_TEST_RUN: mark, TMPDIR: temporary } },
);
process.exitCode = (await demandNothingLeft(mark)) ? code : code || 1;

function files() {
  try {
    return chooseFiles(positionals);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

/** The environments that need nothing installed; `npm run test:consumers` runs all of them, and the packed package. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { root } from "../rig/root.js";

interface Environment {
  readonly name: string;
  readonly program: string;
  readonly steps: readonly (readonly string[])[];
  readonly env?: Record<string, string>;
}

const base = path.join(root, "test/consumers");
const { ENVIRONMENTS } = (await import(pathToFileURL(path.join(base, "environments.js")).href)) as {
  ENVIRONMENTS: readonly Environment[];
};
const coverage = mkdtempSync(path.join(os.tmpdir(), "hd-coverage-"));
after(() => rmSync(coverage, { recursive: true, force: true }));

for (const name of ["esm", "commonjs", "eval", "coverage", "no-code-generation"]) {
  test(`Thread, Process and Pool run closures: ${name}`, async () => {
    const found = ENVIRONMENTS.find((each) => each.name === name);
    assert.ok(found, `environments.js has no ${name}`);
    const env = { ...process.env, ...(found.env ? { NODE_V8_COVERAGE: coverage } : {}) };
    const options = { cwd: path.join(base, found.program), env, timeout: 60_000 };
    const { stdout } = await promisify(execFile)(process.execPath, [...(found.steps[0] ?? [])], options);
    assert.deepEqual(stdout.trim().split("\n"), ["Thread ok", "Process ok", "Pool ok"]);
  });
}

/** Deaths are found also where the system does not tell which thread is which, or lets nobody look. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PROGRAM = fileURLToPath(new URL("./programs/unnamed.js", import.meta.url));

/** What goes before the program in each of its threads. */
const lacks = {
  "no /proc, as on other systems": `Object.defineProperty(process, "platform", { value: "sunos" });`,
  "no free descriptor": `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const refusing = (original) => (path, ...rest) => {
      if (String(path).startsWith("/proc")) throw Object.assign(new Error("EMFILE"), { code: "EMFILE" });
      return original(path, ...rest);
    };
    for (const name of ["readFileSync", "readdirSync"]) fs[name] = refusing(fs[name]);
    syncBuiltinESMExports();`,
};

for (const [lack, code] of Object.entries(lacks)) {
  test(`a death is found with ${lack}, though the starter blocks`, { skip: process.platform !== "linux" }, async () => {
    const flags = ["--import", `data:text/javascript,${encodeURIComponent(code)}`];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, PROGRAM], { timeout: 120_000 });
    assert.deepEqual({ stdout, stderr }, { stdout: "3 42\n", stderr: "" });
  });
}

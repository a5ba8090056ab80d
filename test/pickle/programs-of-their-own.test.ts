/** What needs a program, or a moment, of its own (G46, G54, G57, G59, G87). */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { Session } from "node:inspector";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { dumps, loads } from "heddle/pickle";
import { root } from "../rig/root.js";
import { tooEarly } from "./fixtures/early.js";

const fixture = (name: string): string => path.join(import.meta.dirname, "fixtures", name);

test("G46 a circular import with the entry module: guarded, its top level does nothing in workers", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [fixture("cycle/entry.js")], { timeout: 60_000 });
  assert.equal(stdout, "21 42 62\n21 42 62\n");
});

test("G54 the REPL: variables of lines typed before", () => {
  const lines = [
    'const { Thread } = require("heddle/threading")',
    "const k = 40",
    "class Box { #v = 2; get v() { return this.#v } }",
    "await new Thread({ target: () => new Box().v + k }).start().result()",
  ];
  const options = { cwd: root, input: `${lines.join("\n")}\n.exit\n`, encoding: "utf8", timeout: 60_000 } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ["-i"], options);
  assert.match(stdout, /^> 42$/m, stderr);
});

test("G57 --permission: without the inspector a closure is refused, and what to do is said", (t) => {
  const permission = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : undefined;
  if (permission === undefined) return t.skip("this Node has no --permission");
  const allowed = ["--allow-fs-read=*", "--allow-worker", "--no-warnings"];
  const program = `
    import { dumps, loads } from "heddle/pickle";
    const k = 2;
    console.log(loads(dumps((a, b) => Math.max(a, b)))(1, 3));
    try { dumps(() => k); } catch (error) { console.log(error.message); }`;
  const run = (...flags: string[]): string =>
    spawnSync(process.execPath, [permission, ...allowed, ...flags, "--input-type=module", "-e", program], {
      cwd: root,
      encoding: "utf8",
    }).stdout;
  assert.match(run(), /^3\n.*captures k, which cannot be read here.*Export the function from a module/);
  if (process.allowedNodeEnvironmentFlags.has("--allow-inspector")) assert.equal(run("--allow-inspector"), "3\n");
});

test("G59 an import cycle: a variable of the module that has not run yet", (t) => {
  if (process.version.startsWith("v20.")) return t.skip("this Node does not tell it from undefined");
  assert.match(tooEarly.message, /captures 'later' before that is initialised.*after the declaration/);
});

test("G87 a function captured while a breakpoint's condition is evaluated", () => {
  const session = new Session();
  session.connect();
  const n = 42;
  let sent: Uint8Array | undefined;
  let failure: unknown;
  const place = globalThis as { heddlePlace?: () => void; heddleDump?: () => void };
  place.heddlePlace = () => {};
  place.heddleDump = () => {
    try {
      sent = dumps(() => n);
    } catch (error) {
      failure = error;
    }
  };
  try {
    session.post("Debugger.enable");
    session.post("Runtime.evaluate", { expression: "heddlePlace" }, (_, { result }) => {
      const breakpoint = { objectId: result.objectId as string, condition: "(heddleDump(), false)" };
      session.post("Debugger.setBreakpointOnFunctionCall" as "Runtime.enable", breakpoint as never);
    });
    place.heddlePlace();
  } finally {
    session.disconnect();
    delete place.heddlePlace;
    delete place.heddleDump;
  }
  assert.equal(failure, undefined);
  assert.ok(sent, "the condition was not evaluated");
  assert.equal(loads<() => number>(sent)(), n);
});

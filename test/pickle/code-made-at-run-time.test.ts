/** Code that is made at run time, ways to start the program, variables that cannot be captured. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { runInNewContext, runInThisContext } from "node:vm";
import { dumps, loads } from "heddle/pickle";
import { root } from "../rig/root.js";
import { bothWays, refuses } from "./both-ways.js";
import { ready } from "./fixtures/late.js";

/** Sends a closure and a class with private state to a thread and to a process. */
const PROGRAM = `
(async () => {
  const { Thread } = await import("heddle/threading");
  const { Process } = await import("heddle/multiprocessing");
  const k = 2;
  class Box { #v = 40; get v() { return this.#v + k; } }
  const box = new Box();
  for (const Kind of [Thread, Process]) console.log(await new Kind({ target: () => box.v * k }).start().result());
})();
`;

interface Run {
  readonly args?: readonly string[];
  readonly input?: string;
  readonly env?: Record<string, string>;
}

/** @returns what node prints, started in the project's folder */
function node({ args = [], input = "", env = {} }: Run): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: "pipe" });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(out) : reject(new Error(`exit code ${code}\n${err}`))));
    child.stdin.end(input);
  });
}
const evaluated = ["-e", PROGRAM];
const EXPECTED = "84\n84\n";

bothWays(({ same, call }) => {
  test("G52 indirect eval, new Function; direct eval is refused", async () => {
    const indirect = globalThis.eval;
    await same(indirect("(n) => n + 1") as (n: number) => number, 1);
    await same((code: string) => globalThis.eval(code) as number, "1 + 2");
    await same(new Function("a", "return a * 2") as (a: number) => number, 4);
    const direct = new Function("return () => eval('1')")() as () => unknown;
    refuses(direct, /calls eval\(\) directly.*globalThis\.eval/);
  });

  test("G53 functions of vm scripts and of another context", async () => {
    await same(runInThisContext("(a) => a * 2") as (a: number) => number, 2);
    await same(runInNewContext("const k = 3; (x) => x * k") as (a: number) => number, 2);
  });

  test("G51 an export of a module with top-level await is refused by the module's name", () =>
    assert.rejects(
      call(() => ready),
      /late\.js.*top-level await/,
    ));
});

test("G54 node -e, and a program from standard input", async () => {
  assert.equal(await node({ args: evaluated }), EXPECTED);
  assert.equal(await node({ args: ["-"], input: PROGRAM }), EXPECTED);
});

test("G56 --inspect, coverage", async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "heddle-coverage-"));
  try {
    assert.equal(await node({ args: ["--inspect=0", ...evaluated] }), EXPECTED);
    assert.equal(await node({ args: evaluated, env: { NODE_V8_COVERAGE: folder } }), EXPECTED);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("G57 --disallow-code-generation-from-strings, --frozen-intrinsics", async () => {
  assert.equal(await node({ args: ["--disallow-code-generation-from-strings", ...evaluated] }), EXPECTED);
  assert.equal(await node({ args: ["--frozen-intrinsics", "--no-warnings", ...evaluated] }), EXPECTED);
});

test("G58 type stripping", async (t) => {
  if (!("typescript" in process.features) || !process.features.typescript) return t.skip("this Node has no strip mode");
  const typed = PROGRAM.replace("const k = 2", "const k: number = 2").replace("get v()", "get v(): number");
  assert.equal(await node({ args: ["--experimental-strip-types", "-e", typed] }), EXPECTED);
});

test("G59 variables that are not initialised yet: let, const, class", (t) => {
  // Node 20 reads them as undefined.
  if (process.version.startsWith("v20.")) return t.skip("this Node does not tell them from undefined");
  const early = [() => constant, () => variable, () => new Late()];
  for (const [place, name] of ["constant", "variable", "Late"].entries()) {
    refuses(early[place], new RegExp(`captures '${name}' before that is initialised.*after the declaration`));
  }
  const constant = 1;
  let variable = 2;
  variable = 3;
  class Late {}
});

test("G60 every kind of assignment to a captured variable is refused, to an own one is not", () => {
  const kinds = [
    "x = 1",
    "x += 1",
    "x ??= 1",
    "x ||= 1",
    "x++",
    "--x",
    "[x] = [1]",
    "({ a: x } = {})",
    "({ ...x } = {})",
    "[...x] = []",
    "for (x of [1]);",
    "for (x in { a: 1 });",
    "(() => { x = 1 })()",
    "(function () { x = 1 })()",
    "class C { m() { x = 1 } }",
    "class C { static f = (x = 1) }",
    "((p = (x = 1)) => p)()",
  ];
  for (const kind of kinds) {
    const fn = new Function(`let x = 0; return () => { ${kind} }`)() as () => void;
    refuses(fn, /assigns to the captured variable 'x'\. .*[Rr]eturn the result/);
    const own = new Function("p", `let x = 0; ${kind}; return 1`);
    assert.equal(loads<() => number>(dumps(own))(), 1, kind);
  }
});

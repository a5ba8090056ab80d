/** What a worker finds of the program: its arguments; and what it does not: its input, its inspector. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Pool, Process } from "heddle/multiprocessing";
import { joinOptions, splitOptions } from "#heddle/worker/flags.js";
import { runProgram, type Start } from "../threading/program.js";

const PRELUDE = `
  import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
  import { Thread } from "heddle/threading";
  const inPool = async (pool, target) => { const [seen] = await pool.map(target, [1]); await pool.terminate(); return seen; };`;

const KINDS = {
  Process: "await new Process({ target }).start().result()",
  Pool: "await inPool(new Pool(1), target)",
};
const THREADS = {
  Thread: "await new Thread({ target }).start().result()",
  ThreadPool: "await inPool(new ThreadPool(1), target)",
};

/** @returns what the worker of that kind, and main, see as `seen` */
async function seenBy(kind: string, seen: string, start?: Start): Promise<[worker: unknown, main: unknown]> {
  const { stdout, stderr } = await runProgram(
    `${PRELUDE} const target = () => (${seen}); console.log(JSON.stringify([${kind}, target()]));`,
    undefined,
    start,
  );
  assert.equal(stderr, "");
  return JSON.parse(stdout) as [unknown, unknown];
}

for (const [name, kind] of Object.entries({ ...KINDS, ...THREADS })) {
  test(`${name}: process.argv is the program's, but for its file`, async () => {
    const args = ["--verbose", "a b", "-x", ""];
    const [worker, main] = await seenBy(kind, "process.argv", { args });
    const [[, ownFile, ...own], [, file, ...given]] = [worker as string[], main as string[]];
    assert.deepEqual([own, given], [args, args]);
    assert.notEqual(ownFile, file);
  });
}

for (const [name, kind] of Object.entries(KINDS)) {
  test(`${name}: its input is empty, main's is left to main`, async () => {
    const { stdout } = await runProgram(
      `${PRELUDE} import { readFileSync } from "node:fs";
      const target = async () => { let text = ""; for await (const part of process.stdin) text += part; return text; };
      console.log(JSON.stringify([${kind}, readFileSync(0, "utf8")]));`,
      undefined,
      { stdin: "for main" },
    );
    assert.deepEqual(JSON.parse(stdout), ["", "for main"]);
  });

  test(`${name}: flags that open the inspector, or are for one process only, stay with the program`, async () => {
    // As if given at the start: there they would make this very program wait for a debugger.
    const { stdout, stderr, code } = await runProgram(
      `${PRELUDE}
      process.execArgv.push("--inspect-brk=0", "--inspect-port", "0", "--watch-path", ".", "--no-warnings", "--cpu-prof-name=x");
      process.env.NODE_OPTIONS = '--inspect_brk=0 --import "data:text/javascript,globalThis.a = %22b c%22" "--inspect-wait=0"';
      const target = async () => [process.execArgv, process.env.NODE_OPTIONS, globalThis.a, (await import("node:inspector")).url()];
      console.log(JSON.stringify(${kind}));`,
    );
    assert.deepEqual([stderr, code], ["", 0]);
    const importing = '--import "data:text/javascript,globalThis.a = %22b c%22"';
    assert.deepEqual(JSON.parse(stdout), [["--no-warnings"], importing, "b c", null]);
  });
}

for (const [name, kind] of Object.entries(THREADS))
  for (const [input, stdin] of [
    ["a pipe", "for a thread"],
    ["a file", undefined],
  ] as const)
    test(`${name}: process.stdin gives what the program is given (${input})`, async () => {
      const file = fileURLToPath(import.meta.url);
      const target = `async () => { let text = ""; for await (const part of process.stdin) text += part; return text; }`;
      const source = `${PRELUDE} const target = ${target}; console.log(JSON.stringify(${kind}));`;
      const { stdout, stderr } = await runProgram(source, undefined, stdin === undefined ? { input: file } : { stdin });
      assert.equal(stderr, "");
      assert.equal(JSON.parse(stdout), stdin ?? readFileSync(file, "utf8"));
    });

test("Thread: one that waits for input is terminated at once, and main reads on", async () => {
  const { stdout, code } = await runProgram(
    `${PRELUDE}
    import { Event } from "heddle/threading";
    const waiting = new Event();
    const thread = new Thread({ target: () => new Promise(() => { process.stdin.once("data", () => {}); waiting.set(); }) }).start();
    await waiting.wait();
    await thread.terminate();
    console.log("gone");
    process.stdin.once("data", (text) => { console.log(String(text)); process.exit(); });`,
    (text, _kill, write) => {
      if (text === "gone\n") write("for main");
    },
    { talks: true },
  );
  assert.deepEqual([stdout, code], ["gone\nfor main\n", 0]);
});

test("Process: with inspectPort a debugger finds it, and no other", async () => {
  const target = async (): Promise<string | undefined> => (await import("node:inspector")).url();
  const port = 20_000 + (process.pid % 20_000);
  const url = await new Process({ target, inspectPort: port }).start().result();
  assert.match(String(url), new RegExp(`^ws://127.0.0.1:${port}/`));
});

test("Pool: with inspectPort each of its processes has a port of its own, and gives it back", async () => {
  const port = 40_000 + (process.pid % 20_000);
  await using pool = new Pool({ processes: 2, inspectPort: port });
  const target = async (): Promise<number> => {
    const url = (await import("node:inspector")).url();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return Number(new URL(url!).port);
  };
  const seen = new Set<number>();
  while (seen.size < 2) for (const each of await pool.map(target, [1, 2], { chunkSize: 1 })) seen.add(each);
  assert.deepEqual([...seen].sort(), [port, port + 1]);
  await assert.rejects(pool.map(() => process.exit(), [1]));
  for (const each of await pool.map(target, [1, 2, 3, 4], { chunkSize: 1 })) assert.ok(seen.has(each));
});

test("inspectPort: what is no port is refused", () => {
  assert.throws(() => new Process({ inspectPort: 80 }), {
    name: "RangeError",
    message: "Process: inspectPort, if it is not 0, must be an integer, from 1024 to 65535, got 80",
  });
  assert.throws(() => new Pool({ processes: 3, inspectPort: 65_534 }), /from 1024 to 65533, got 65534/);
  assert.throws(() => new Pool({ processes: 1, inspectPort: "9229" as never }), TypeError);
});

test("NODE_OPTIONS is taken apart and put together as Node reads it", () => {
  const words = ["--import", "a b", '--title="x"', "--require=c:\\d e"];
  const text = '--import "a b" "--title=\\"x\\"" "--require=c:\\\\d e"';
  assert.deepEqual(splitOptions(text), words);
  assert.equal(joinOptions(words), text);
  assert.deepEqual(splitOptions('  --a="b c"d   --e '), ["--a=b cd", "--e"]);
  assert.deepEqual(splitOptions(""), []);
});

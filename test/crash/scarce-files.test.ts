/** While there are no descriptors left: the caller is told so at once. When there are some again: everything works, as if it had not failed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../threading/program.js";

const LIMIT = 64;

/** What is tried for the first time while all files but `free` are used up, and again when they are not. */
const programFor = (action: string, free: number): string => `
  import { closeSync, openSync } from "node:fs";
  import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
  import { dumps, loads } from "heddle/pickle";
  import { Queue } from "heddle/queue";
  import { SharedDict } from "heddle/shared";
  import { Thread } from "heddle/threading";
  const held = [], captured = 1;
  const codeOf = (error) => error === undefined ? "unknown" : error.code ?? codeOf(error.cause);
  const attempt = async () => { ${action} };
  const tell = async () => console.log(await attempt().catch(codeOf));
  for (;;) try { held.push(openSync("/dev/null")); } catch { break; }
  for (const each of held.splice(0, ${free})) closeSync(each);
  await tell();
  await tell();
  for (const each of held) closeSync(each);
  await tell();
  await tell();
`;

const actions: Readonly<Record<string, string>> = {
  "a thread": "return new Thread({ target: () => captured }).start().result();",
  "a thread that is joined while main blocks":
    "const thread = new Thread({ target: () => captured }).start(); thread.joinSync(); return thread.result();",
  "a process": "return new Process({ target: () => captured }).start().result();",
  "a pool":
    "const pool = new Pool(1); try { return (await pool.map(() => captured, [0]))[0]; } finally { await pool.terminate(); }",
  "a pool of threads":
    "const pool = new ThreadPool(1); try { return (await pool.map(() => captured, [0]))[0]; } finally { await pool.terminate(); }",
  "a function": "return loads(dumps(() => captured))();",
  "a class": "return new (loads(dumps(class { #own = captured; get() { return this.#own; } })))().get();",
  "shared memory in a queue":
    "const queue = new Queue(); queue.putNowait({ memory: new SharedArrayBuffer(1) }); return queue.getNowait().memory.byteLength;",
  "a function in a dictionary": "const all = new SharedDict(); all.set('f', () => captured); return all.get('f')();",
};

for (const [name, action] of Object.entries(actions)) {
  for (const free of [0, 3]) {
    test(`with ${free} files left: ${name}`, async () => {
      const { stdout, stderr } = await runProgram(programFor(action, free), undefined, { files: LIMIT });
      const [first, second, ...later] = stdout.trimEnd().split("\n");
      for (const told of [first, second]) assert.match(told ?? "", free === 0 ? /^EMFILE$/ : /^(EMFILE|1)$/);
      assert.deepEqual(later, ["1", "1"], stdout + stderr);
    });
  }
}

test("a thread is told why it cannot hand over shared memory, and can when there are files again", async () => {
  const { stdout, stderr } = await runProgram(
    `
    import { closeSync, openSync } from "node:fs";
    import { Queue } from "heddle/queue";
    import { Thread } from "heddle/threading";
    const [told, go] = [new Queue(), new Queue()];
    new Thread({ target: () => {
      told.putSync("ready");
      for (let round = 0; round < 2; round++) {
        go.getSync();
        try { new Queue().putSync(new SharedArrayBuffer(8)); told.putSync("put"); } catch (error) { told.putSync(error.code); }
      }
    } }).start();
    told.getSync();
    const held = [];
    for (;;) try { held.push(openSync("/dev/null")); } catch { break; }
    go.putSync(1);
    console.log(told.getSync());
    for (const each of held) closeSync(each);
    go.putSync(2);
    console.log(told.getSync());
  `,
    undefined,
    { files: LIMIT },
  );
  assert.deepEqual({ stdout, stderr }, { stdout: "EMFILE\nput\n", stderr: "" });
});

test("a pool whose workers cannot be started tells why, and ends alone: no signal reaches the program", async () => {
  const { stdout, stderr, code, signal } = await runProgram(`
    import { Pool, Process } from "heddle/multiprocessing";
    const { execPath } = process;
    process.execPath = "/nowhere/node";
    const pool = new Pool(2);
    const child = new Process({ target: () => 1 }).start();
    child.kill();
    await pool.terminate();
    console.log(await child.result().catch((error) => error.cause.code));
    process.execPath = execPath;
    const next = new Pool(1);
    console.log(await next.map((n) => n, [1]));
    await next.terminate();
  `);
  assert.deepEqual({ stdout, stderr, code, signal }, { stdout: "ENOENT\n[ 1 ]\n", stderr: "", code: 0, signal: null });
});

test("what fails in a folder that is gone says why, and works in another one", async () => {
  const { stdout, stderr } = await runProgram(`
    import { mkdtempSync, rmdirSync } from "node:fs";
    import { tmpdir } from "node:os";
    import { Queue } from "heddle/queue";
    import { Thread } from "heddle/threading";
    const folder = mkdtempSync(tmpdir() + "/heddle-");
    const captured = 1;
    const thread = () => new Thread({ target: () => captured }).start().result();
    const memory = () => {
      const queue = new Queue();
      queue.putNowait(new SharedArrayBuffer(2));
      return queue.getNowait().byteLength;
    };
    process.chdir(folder);
    rmdirSync(folder);
    console.log(await thread().catch((error) => error.cause.code));
    try { memory(); } catch (error) { console.log(error.name); }
    process.chdir("/");
    console.log(await thread(), memory());
  `);
  assert.deepEqual({ stdout, stderr }, { stdout: "ENOENT\nRuntimeError\n1 2\n", stderr: "" });
});

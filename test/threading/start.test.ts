/** What a thread needs to start, and that what it leaves out comes when it is needed. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { currentThread, Thread } from "heddle/threading";
import { root } from "../rig/root.js";
import { runProgram } from "./program.js";

/** @returns the files that the given ones load before their first instruction, relative to the folder */
function loadedBy(folder: string, ...entries: string[]): Set<string> {
  const found = new Set(entries);
  for (const file of found) {
    const code = readFileSync(path.join(root, folder, file), "utf8");
    for (const [, target = ""] of code.matchAll(/^(?:import|export)\b(?! type\b)[^;"]*?"(\.[^"]+)";/gm)) {
      const module = path.join(path.dirname(file), target);
      found.add(folder === "src" ? module.replace(/\.js$/, ".ts") : module);
    }
  }
  return found;
}

/** @returns the files of the library that this thread has loaded, relative to its folder */
function loadedFiles(): string[] {
  const { createRequire } = process.getBuiltinModule("node:module");
  const { cache } = createRequire(process.execPath);
  return Object.keys(cache).flatMap((file) => /\/dist\/(.*)/.exec(file)?.slice(1) ?? []);
}

function loadedByNode(): string[] {
  return [...(process as unknown as { moduleLoadList: string[] }).moduleLoadList];
}

/** What a worker of the platform has loaded whose file is a module. */
const loadedByBare = await new Promise<string[]>((resolve, reject) => {
  const source = `import { parentPort } from "node:worker_threads"; parentPort.postMessage(process.moduleLoadList);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  worker.once("message", resolve);
  worker.once("error", reject);
});

class Odd extends Error {
  override readonly name = "Odd";
  readonly at = 3;
}

describe("a worker", () => {
  test("begins without what packs, parses, inspects or starts threads", () => {
    const loaded = loadedBy("src", "worker/thread-boot.ts", "threading/thread-entry.ts");
    const heavy =
      /^pickle\/(pickle|analysis|encode\/encoder|source\/inspector)|^worker\/reserve|^threading\/thread\.ts/;
    assert.deepEqual(
      [...loaded].filter((file) => heavy.test(file)),
      [],
    );
    assert.ok(loaded.has("pickle/decode/decoder.ts"), "the graph was not read");
  });

  test("loads two files", async () => {
    const files = await new Thread({ target: loadedFiles }).start().result();
    assert.deepEqual(files.sort(), ["parts/core.cjs", "worker/thread-boot.cjs"]);
    const core = readFileSync(path.join(root, "dist/parts/core.cjs"), "latin1");
    assert.ok(!/[^\s!-~]/.test(core), "kept with two bytes per character");
  });

  test("has the modules that its own code imports only once", async () => {
    const { processRealm } = await import("#heddle/memory/process-realm.js");
    const core = createRequire(import.meta.url)(path.join(root, "dist/parts/core.cjs")) as object;
    assert.ok("processRealm" in core && core.processRealm === processRealm);
  });

  test("loads none of Node's modules that only some programs need", async () => {
    const unwanted =
      /undici|_http|crypto\/|webstreams\/(read|trans)|^NativeModule (crypto|fs|util|url|stream|console|module)$/;
    const loaded = await new Thread({ target: loadedByNode }).start().result();
    assert.deepEqual(
      loaded.filter((name) => unwanted.test(name) && !loadedByBare.includes(name)),
      [],
    );
  });
});

test("a program may empty Node's cache of modules, and import more of the library after that", async () => {
  const { stdout, stderr } = await runProgram(`
    import { Lock, Thread } from "heddle/threading";
    const empty = () => {
      const { cache } = process.getBuiltinModule("node:module").createRequire(process.execPath);
      for (const file of Object.keys(cache)) delete cache[file];
    };
    const lock = new Lock();
    empty();
    console.log(await new Thread({ target: () => lock.withLockSync(() => 1) }).start().result());
    empty();
    const { Queue } = await import("heddle/queue");
    const queue = new Queue();
    empty();
    await new Thread({ target: () => { empty(); queue.putNowait([lock, () => 2]); } }).start().join();
    const [arrived, two] = queue.getNowait();
    console.log(arrived === lock, two());
    const late = async () => { empty(); return (await import("heddle/threading")).currentThread().name; };
    console.log(await new Thread({ name: "mine", target: late }).start().result());
  `);
  assert.equal(stderr, "");
  assert.equal(stdout, "1\ntrue 2\nmine\n");
});

describe("a Thread that is no more than its target", () => {
  test("is found in its own target as the running one", async () => {
    const thread: Thread<[], unknown> = new Thread({
      name: "self",
      daemon: true,
      target: () => [thread.name, thread.daemon, thread.isAlive, thread === (currentThread() as unknown)],
    });
    assert.deepEqual(await thread.start().result(), ["self", true, true, true]);
  });

  test("has its name and options in currentThread(), always the same object", async () => {
    const thread = new Thread({
      name: "n".repeat(300),
      daemon: true,
      target: () => {
        const first = currentThread();
        return [first.name, first.daemon, first === currentThread()];
      },
    });
    assert.deepEqual(await thread.start().result(), ["n".repeat(300), true, true]);
  });

  test("brings home fields that its target sets on currentThread()", async () => {
    const thread = new Thread({
      target: () => {
        Object.assign(currentThread(), { left: [1, 2] });
      },
    });
    await thread.start().join();
    assert.deepEqual((thread as unknown as { left: number[] }).left, [1, 2]);
  });

  test("returns functions, and data that holds them", async () => {
    const { add } = await new Thread({ target: (a: number) => ({ add: (b: number) => a + b }), args: [2] })
      .start()
      .result();
    assert.equal(add(3), 5);
  });

  test("fails with the error of an event beside run, even if run is over before that is reported", async () => {
    const thread = new Thread({
      target: () =>
        new Promise<number>((resolve) => {
          setImmediate(() => {
            resolve(1);
            throw new Odd("beside");
          });
        }),
    }).start();
    await assert.rejects(thread.result(), (error) => error instanceof Odd && error.at === 3);
  });
});

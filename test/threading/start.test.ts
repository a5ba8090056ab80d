/** What a thread needs to start, and that what it leaves out comes when it is needed. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { currentThread, Thread } from "heddle/threading";
import { root } from "../rig/root.js";

const dist = path.join(root, "dist");

/** @returns the files that the given ones load before their first instruction, relative to dist */
function loadedBy(...entries: string[]): Set<string> {
  const found = new Set(entries);
  for (const file of found) {
    const code = readFileSync(path.join(dist, file), "utf8");
    for (const [, target = ""] of code.matchAll(/^(?:import|export)\b[^;"]*?"(\.[^"]+)";/gm)) {
      found.add(path.join(path.dirname(file), target));
    }
  }
  return found;
}

class Odd extends Error {
  override readonly name = "Odd";
  readonly at = 3;
}

describe("a worker", () => {
  test("begins without what packs, parses, inspects or starts threads", () => {
    const loaded = loadedBy("worker/thread-boot.js", "threading/thread-entry.js");
    const heavy =
      /^pickle\/(pickle|analysis|encode\/encoder|source\/inspector)|^worker\/reserve|^threading\/thread\.js/;
    assert.deepEqual(
      [...loaded].filter((file) => heavy.test(file)),
      [],
    );
    assert.ok(loaded.has("pickle/decode/decoder.js"), "the graph was not read");
    assert.ok(loaded.size <= 52, `${loaded.size} files: each costs every new thread 0.7 ms`);
  });
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

/** What travels is copied when it is sent: later changes at home are not seen there, however busy the receiver is. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from "heddle/queue";
import { SharedDict, SharedList } from "heddle/shared";
import { Event, Thread, Timer } from "heddle/threading";

interface Box {
  n: number;
}
class Point {
  at = { x: 1 };
}

/** What a program may hold, how it changes it, and what of it is compared. */
const kinds: Record<string, () => { value: unknown; change: () => void }> = {
  "an object": () => {
    const value = { n: 1, inner: { list: [1] } };
    return { value, change: () => (Object.assign(value, { n: 2 }), value.inner.list.push(2)) };
  },
  "an array": () => {
    const value = [1, { a: 1 }];
    return { value, change: () => value.push(2) };
  },
  "a map": () => {
    const value = new Map([["a", { n: 1 }]]);
    return { value, change: () => void (value.get("a") as Box).n++ };
  },
  bytes: () => {
    const value = new Uint8Array([1, 2]);
    return { value, change: () => value.fill(9) };
  },
  "a date": () => {
    const value = new Date(1);
    return { value, change: () => value.setTime(2) };
  },
  "an object of a class": () => {
    const value = new Point();
    return { value, change: () => void (value.at.x = 2) };
  },
};

for (const kind of [ThreadPool, Pool]) {
  describe(`${kind.name}.map`, () => {
    for (const [name, make] of Object.entries(kinds)) {
      for (const busy of [false, true]) {
        test(`${name} is copied at the call, ${busy ? "busy" : "idle"}`, async () => {
          const pool = new kind(1);
          const gate = busy
            ? pool.map((ms: number) => new Promise((resolve) => setTimeout(resolve, ms)), [50])
            : undefined;
          if (!busy) await pool.map((n: number) => n, [0]);
          const [item, captured, expected] = [make(), make(), make()];
          const held = captured.value;
          const call = pool.map((each: unknown) => [each, held], [item.value] as never[]);
          item.change();
          captured.change();
          assert.deepEqual(await call, [[expected.value, expected.value]]);
          await gate;
          await pool.terminate();
        });
      }
    }

    test("an async input, and one that comes late: variables are those of the call, items those of the reading", async () => {
      const pool = new kind(1);
      const config = { n: 1 };
      const item = { n: 1 };
      let open = (): void => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      async function* input(): AsyncGenerator<Box> {
        await opened;
        yield item;
      }
      const call = pool.map((box: Box) => [box.n, config.n], input());
      config.n = 2;
      item.n = 2;
      open();
      assert.deepEqual(await call, [[2, 1]]);
      await pool.terminate();
    });

    test("every worker and every chunk has the variables of the call; items beyond the buffer are read later", async () => {
      const pool = new kind(2);
      const config = { n: 1 };
      const items = Array.from({ length: 40 }, (_, i) => ({ n: i }));
      const call = pool.map(
        async (box: Box) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          return [box.n, config.n];
        },
        items,
        { chunkSize: 1, bufferSize: 40 },
      );
      config.n = 2;
      for (const item of items) item.n = -1;
      assert.deepEqual(
        await call,
        Array.from({ length: 40 }, (_, i) => [i, 1]),
      );
      await pool.terminate();
    });

    test("starmap", async () => {
      const pool = new kind(1);
      const busy = pool.map((ms: number) => new Promise((resolve) => setTimeout(resolve, ms)), [30]);
      const box = { n: 1 };
      const call = pool.starmap((a: Box, b: number) => a.n + b, [[box, 1]]);
      box.n = 5;
      assert.deepEqual(await call, [2]);
      await busy;
      await pool.terminate();
    });

    test("a function that cannot travel is refused also if there is no item yet", async () => {
      const pool = new kind(1);
      const later = Promise.resolve(1);
      async function* never(): AsyncGenerator<number> {
        await new Promise(() => {});
      }
      await assert.rejects(
        pool.map(() => later, never()),
        /it is a Promise/,
      );
      await pool.terminate();
    });
  });
}

for (const kind of [Thread, Process]) {
  test(`${kind.name}: target, arguments and fields are copied at start`, async () => {
    const config = { n: 1 };
    const box = { n: 1 };
    const one = new kind({ target: (given: Box) => [given.n, config.n], args: [box] });
    config.n = 2;
    box.n = 2;
    one.start();
    config.n = 3;
    box.n = 3;
    assert.deepEqual(await one.result(), [2, 2]);
  });
}

test("Timer: at start, not when it fires", async () => {
  const done = new Event();
  const heard = new Queue<number>();
  const config = { n: 1 };
  const timer = new Timer(20, () => {
    heard.putNowait(config.n);
    done.set();
  }).start();
  config.n = 2;
  await done.wait();
  await timer.join();
  assert.equal(heard.getNowait(), 1);
});

const queues: Record<string, () => { put(item: never): Promise<void>; get(): Promise<unknown> }> = {
  Queue: () => new Queue<unknown>(1),
  LifoQueue: () => new LifoQueue<unknown>(1),
  PriorityQueue: () => new PriorityQueue<unknown>({ maxsize: 1 } as never),
  SimpleQueue: () => new SimpleQueue<unknown>(),
};
for (const [name, make] of Object.entries(queues)) {
  for (const [kind, content] of Object.entries(kinds)) {
    test(`${name}: ${kind} is copied at put, also if that waits for room`, async () => {
      const queue = make();
      const taken: unknown[] = [];
      const expected = content().value;
      const puts = [0, 1].map(() => {
        const { value, change } = content();
        const put = queue.put([1, value] as never);
        change();
        return put;
      });
      for (const _ of puts) taken.push(((await queue.get()) as [number, unknown])[1]);
      await Promise.all(puts);
      assert.deepEqual(taken, [expected, expected]);
    });
  }
}

test("SharedDict and SharedList copy at the call", () => {
  const dict = new SharedDict<unknown>();
  const list = new SharedList<unknown>([]);
  for (const [kind, content] of Object.entries(kinds)) {
    const expected = content().value;
    const { value, change } = content();
    dict.set("key", value as never);
    list.append(value as never);
    change();
    assert.deepEqual(dict.get("key"), expected, kind);
    assert.deepEqual(list.at(-1), expected, kind);
  }
});

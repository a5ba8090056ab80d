/** Items that hold shared memory, and buffers that leave the thread with an item. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageChannel, markAsUntransferable } from "node:worker_threads";
import { Full, LifoQueue, PriorityQueue, Queue, ShutDown } from "heddle/queue";
import { SharedArray, SharedDict, SharedList } from "heddle/shared";
import { Thread } from "heddle/threading";
import { collect, deposit, dropDeposits } from "#heddle/depot/depot-link.js";
import { PickleError } from "#heddle/pickle/errors.js";
import { inThread } from "../rig/threads.js";

/** The part of it that Node's types leave to those of the browser. */
declare const WebAssembly: { Memory: new (pages: { initial: number }) => { readonly buffer: ArrayBuffer } };

/** @returns a ticket as the next deposit of this thread will have it */
function nextTicket(): string {
  const probe = deposit("probe");
  assert.equal(collect(probe), "probe");
  const [thread, number] = probe.split(".");
  return `${thread}.${Number(number) + 1}`;
}

const isGone = (ticket: string): void => assert.throws(() => collect(ticket), /no longer there/);

test("Queue: threads hand each other shared memory while the main thread blocks", () => {
  const [there, back] = [new Queue<SharedArrayBuffer>(), new Queue<Int32Array<SharedArrayBuffer>>()];
  const double = (): void => {
    const numbers = new Int32Array(there.getSync());
    numbers[0] = numbers[0]! * 2;
    back.putSync(numbers);
  };
  const begin = (): void => {
    const buffer = new SharedArrayBuffer(8);
    new Int32Array(buffer)[0] = 21;
    there.putSync(buffer);
  };
  const threads = [double, begin].map((target) => new Thread({ target }).start());
  for (const thread of threads) thread.joinSync();
  assert.equal(back.getSync()[0], 42); // both threads have ended
});

for (const queue of [new Queue(), new LifoQueue(), new PriorityQueue<unknown>({ key: () => 1 })] as Queue<unknown>[]) {
  test(`${queue.constructor.name}: shared memory in an item is the same memory, with its views and SharedArrays`, async () => {
    const buffer = new SharedArrayBuffer(16);
    const array = new SharedArray("i32", [1, 2]);
    queue.putNowait({ deep: [buffer, new Uint8Array(buffer, 8, 4)], array, text: "Füße" });
    await inThread(() => {
      const { deep, array, text } = queue.getSync() as {
        deep: [SharedArrayBuffer, Uint8Array];
        array: SharedArray<"i32">;
        text: string;
      };
      if (deep[1].buffer !== deep[0] || text !== "Füße") throw new Error("torn");
      deep[1][0] = 7;
      array.set(1, 8);
    });
    assert.equal(new Uint8Array(buffer)[8], 7);
    assert.deepEqual([...array], [1, 8]);
  });
}

test("depot: a ticket is found however many deposits wait before it", async () => {
  const [tickets, ready] = [new Queue<string>(), new Queue<boolean>()];
  const thread = new Thread({
    target: () => {
      collect(deposit("so that the depot knows this thread"));
      ready.putNowait(true);
      return collect(tickets.getSync());
    },
  }).start();
  ready.getSync();
  const before = Array.from({ length: 20_000 }, (_, n) => deposit(n));
  tickets.putNowait(deposit("the last"));
  assert.equal(await thread.result(), "the last");
  dropDeposits(before);
});

test("Queue: an item with shared memory outlives the thread that put it and was terminated", async () => {
  const [queue, put] = [new Queue<SharedArrayBuffer>(), new Queue<string>()];
  const target = (): void => {
    queue.putSync(new SharedArrayBuffer(24));
    put.putSync("done");
    for (;;);
  };
  const thread = new Thread({ target, daemon: true }).start();
  await put.get();
  thread.terminate();
  await thread.join();
  assert.equal((await queue.get()).byteLength, 24);
});

test("Queue: a thread terminated between a deposit and its put leaves the deposit, and nothing else", async () => {
  const told = new Queue<string>();
  const queue = new Queue<SharedArrayBuffer>();
  const target = (): void => {
    told.putSync(deposit("orphan"));
    for (;;);
  };
  const thread = new Thread({ target, daemon: true }).start();
  const orphan = await told.get();
  thread.terminate();
  await thread.join();
  queue.putNowait(new SharedArrayBuffer(40));
  assert.equal(queue.getNowait().byteLength, 40);
  assert.equal(collect(orphan), "orphan");
  isGone(orphan);
});

test("Queue: what nobody will take leaves the depot", async () => {
  const item = new SharedArrayBuffer(8);
  const tickets: string[] = [];
  const noting = (): SharedArrayBuffer => {
    tickets.push(nextTicket());
    return item;
  };
  const full = new Queue<unknown>(1);
  full.putNowait(1);
  await assert.rejects(full.put(noting(), { timeout: 1 }), Full);
  assert.throws(() => full.putSync(noting(), { timeout: 1 }), Full);
  assert.throws(() => full.putNowait(noting()), Full);
  assert.equal(full.tryPut(noting()), false);
  full.shutdown();
  await assert.rejects(full.put(noting()), ShutDown);
  assert.throws(() => new PriorityQueue<unknown>().putNowait(noting()), TypeError);
  for (const end of [(q: Queue) => q.shutdown({ immediate: true }), (q: Queue) => q.dispose()]) {
    for (const queue of [new Queue(), new LifoQueue()]) {
      queue.putNowait(noting());
      end(queue);
    }
  }
  assert.equal(tickets.length, 10);
  tickets.forEach(isGone);
});

test("SharedDict, SharedList: shared memory in a value is refused", () => {
  const item = { deep: new SharedArrayBuffer(8) };
  assert.throws(() => new SharedDict<unknown>().set("k", item), /SharedArrayBuffer/);
  assert.throws(() => new SharedList<unknown>().append(item), /SharedArrayBuffer/);
});

test("put: buffers to transfer are detached when the item is put, and only then", async () => {
  const queue = new Queue<unknown>(1);
  const bytes = Uint8Array.of(1, 2, 3);
  await queue.put({ bytes }, { transfer: [bytes.buffer] });
  assert.equal(bytes.length, 0);
  const other = new Uint8Array(2000).fill(5);
  assert.throws(() => queue.putSync(other, { transfer: [other.buffer], timeout: 1 }), Full);
  await assert.rejects(queue.put(other, { transfer: [other.buffer], timeout: 1 }), Full);
  assert.equal(other.length, 2000);
  assert.deepEqual(queue.getNowait(), { bytes: Uint8Array.of(1, 2, 3) });
  queue.putSync(other, { transfer: [other.buffer] });
  assert.equal(other.length, 0);
  assert.deepEqual(queue.getNowait(), new Uint8Array(2000).fill(5));
});

test("put: the memory of a buffer to transfer is given back at once", async () => {
  const queue = new Queue<unknown>();
  const held = (): number => process.memoryUsage().arrayBuffers;
  const before = held();
  const [first, second] = [new Uint8Array(8 << 20), new Uint8Array(8 << 20)];
  queue.putSync(first, { transfer: [first.buffer] });
  await queue.put(second, { transfer: [second.buffer] });
  assert.ok(held() - before < 8 << 20, `holds ${held() - before} bytes`);
  queue.dispose();
});

test("put: a buffer that Node never lets go stays, and the item is put", async () => {
  const queue = new Queue<Uint8Array>();
  const marked = new ArrayBuffer(8);
  markAsUntransferable(marked);
  const buffers = [new WebAssembly.Memory({ initial: 1 }).buffer, Buffer.from("pool").buffer as ArrayBuffer, marked];
  const last = new ArrayBuffer(4);
  for (const buffer of buffers) {
    const { byteLength } = buffer;
    queue.putSync(new Uint8Array(buffer, 0, 4), { transfer: [buffer] });
    await queue.put(new Uint8Array(buffer, 0, 4), { transfer: [buffer, last] });
    assert.equal(buffer.byteLength, byteLength);
  }
  assert.deepEqual([queue.qsize, last.byteLength], [6, 0]);
  queue.dispose();
});

test("put: a resizable buffer, an empty one and one that is detached already are no hindrance", () => {
  const queue = new Queue<number>();
  const resizable = new ArrayBuffer(8, { maxByteLength: 16 });
  const detached = new ArrayBuffer(8);
  structuredClone(undefined, { transfer: [detached] });
  queue.putSync(1, { transfer: [resizable, new ArrayBuffer(0), detached] });
  assert.deepEqual([queue.getNowait(), resizable.byteLength], [1, 0]);
  queue.dispose();
});

test("put: a list of what is no buffer is refused before anything happens", async () => {
  const queue = new Queue<unknown>();
  const buffer = new ArrayBuffer(8);
  const { port1 } = new MessageChannel();
  for (const [transfer, error] of [
    [[port1], PickleError],
    [[{}], TypeError],
    [buffer, TypeError],
    [[buffer, buffer], TypeError],
  ] as const) {
    await assert.rejects(queue.put(1, { transfer: transfer as unknown as ArrayBuffer[] }), error);
    assert.throws(() => queue.putSync(1, { transfer: transfer as unknown as ArrayBuffer[] }), error);
  }
  port1.close();
  assert.deepEqual([queue.qsize, buffer.byteLength], [0, 8]);
});

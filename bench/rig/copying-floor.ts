/**
 * The floor of a hand-over that copies: one thread copies buffers into shared memory and lets go of them, another one
 * copies them out into memory of its own. No queue: a ring of a few places, two counts, no death that anybody survives.
 */
import { MessageChannel, Worker } from "node:worker_threads";

const PLACES = 8;
const PUT = 0;
const TAKEN = 1;

const taker = `
const { workerData } = require("node:worker_threads");
const { counts, ring, bytes, places } = workerData;
for (let taken = 0; ; taken++) {
  while (Atomics.load(counts, ${PUT}) === taken) Atomics.wait(counts, ${PUT}, taken);
  const at = (taken % places) * bytes;
  new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer).set(ring.subarray(at, at + bytes));
  Atomics.store(counts, ${TAKEN}, taken + 1);
  Atomics.notify(counts, ${TAKEN});
}
`;

/** @returns nanoseconds for each of `items` buffers, after two rehearsals */
export async function copiedByHand(items: number, make: () => Uint8Array<ArrayBuffer>): Promise<number> {
  const bytes = make().length;
  const counts = new Int32Array(new SharedArrayBuffer(8));
  const ring = new Uint8Array(new SharedArrayBuffer(PLACES * bytes));
  const worker = new Worker(taker, { eval: true, workerData: { counts, ring, bytes, places: PLACES } });
  const { port1: nowhere } = new MessageChannel();
  nowhere.close();
  const waitUntilTaken = (count: number): void => {
    for (let taken = 0; (taken = Atomics.load(counts, TAKEN)) < count; ) Atomics.wait(counts, TAKEN, taken);
  };
  let took = 0;
  for (let round = 0, put = 0; round < 3; round++) {
    const start = performance.now();
    for (let n = 0; n < items; n++) {
      const item = make();
      waitUntilTaken(put - PLACES + 1);
      ring.set(item, (put % PLACES) * bytes);
      nowhere.postMessage(undefined, [item.buffer]);
      Atomics.store(counts, PUT, ++put);
      Atomics.notify(counts, PUT);
    }
    waitUntilTaken(put);
    took = performance.now() - start;
  }
  await worker.terminate();
  return (took * 1e6) / items;
}

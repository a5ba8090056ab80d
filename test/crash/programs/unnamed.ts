/**
 * A thread dies of which the system does not tell which one it is; its starter blocks. Run with `--import` of a module that
 * takes that away from every thread. Prints how many of the locks passed on.
 */
import { Queue } from "heddle/queue";
import { Event, Lock, Thread } from "heddle/threading";

const PATIENCE = { timeout: 60_000 };
const [lock, queue, held] = [new Lock(), new Queue<Uint8Array>(), new Event()];

let passed = 0;
for (let round = 0; round < 3; round++) {
  held.clear();
  const target = () => {
    lock.acquireSync();
    held.set();
    for (;;) {
      queue.putSync(new Uint8Array(1 << 18));
      queue.getSync();
    }
  };
  const doomed = new Thread({ target, daemon: true }).start();
  held.waitSync();
  const gone = doomed.terminate();
  const guard = lock.acquireSync(PATIENCE);
  if (guard?.ownerDied && doomed.joinSync(PATIENCE)) passed++;
  guard?.[Symbol.dispose]();
  queue.putSync(new Uint8Array(1));
  queue.getSync();
  await gone;
}
const other = new Thread({ target: () => 42 }).start();
console.log(passed, await other.result());

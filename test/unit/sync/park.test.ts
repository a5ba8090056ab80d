import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { CancelledError } from "#heddle/platform/errors/errors.js";
import { type CancelSource, setCancelSourceProvider } from "#heddle/platform/waiting/cancellation.js";
import { Acquired } from "#heddle/sync/mutex.js";
import { newCells, newMutex, owners } from "./fixtures.js";

/** A scope that can be cancelled, as asyncio will provide. */
class Scope implements CancelSource {
  cancelled = false;
  readonly #subscribers = new Set<(error: Error) => void>();

  error(): Error {
    return new CancelledError();
  }
  subscribe(onCancel: (error: Error) => void): () => void {
    this.#subscribers.add(onCancel);
    return () => this.#subscribers.delete(onCancel);
  }
  cancel(): void {
    this.cancelled = true;
    for (const onCancel of this.#subscribers) onCancel(this.error());
  }
  get listeners(): number {
    return this.#subscribers.size;
  }
}

test("doneUntil: a cancelled scope ends the wait with its error and is left without listeners", async () => {
  const scope = new Scope();
  setCancelSourceProvider(() => scope);
  const cells = newCells();
  newMutex(cells, owners(1)).lockSync();
  const waiting = newMutex(cells, owners(2)).lock();
  assert.equal(scope.listeners, 1);
  scope.cancel();
  await assert.rejects(waiting, CancelledError);
  assert.equal(scope.listeners, 0);
  await assert.rejects(newMutex(newCells(), owners(1)).lock(), CancelledError, "a cancelled scope refuses every wait");
  setCancelSourceProvider(() => undefined);
});

test("doneUntil: a shielded wait goes on in a cancelled scope", async () => {
  const scope = new Scope();
  setCancelSourceProvider(() => scope);
  const cells = newCells();
  const holder = newMutex(cells, owners(1));
  holder.lockSync();
  const waiting = newMutex(cells, owners(2)).lock({ shielded: true });
  scope.cancel();
  holder.unlock();
  assert.equal(await waiting, Acquired.TAKEN);
  setCancelSourceProvider(() => undefined);
});

/** Runs a program in a process of its own. It must end by itself; a hang fails after a generous time. */
function runs(program: string): string {
  const prelude = `
    import { Worker } from "node:worker_threads";
    import { SharedWord } from "#heddle/memory/word.js";
    import { Mutex } from "#heddle/sync/mutex.js";
    const cells = new Int32Array(new SharedArrayBuffer(64));
    const owners = { me: 1, spins: 0, died: () => false, look: () => {} };
    const mutex = new Mutex(new SharedWord(cells, 0), owners);
    mutex.lockSync();
  `;
  const options = ["--input-type=module", "--eval", prelude + program];
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, options, {
    timeout: 60_000,
    encoding: "utf8",
  });
  assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: "" });
  return stdout;
}

/** A worker that does not hold the event loop, and unlocks once it sees that somebody waits. */
const UNLOCKER = `
  const code = \`
    const { workerData: cells } = require("node:worker_threads");
    while (!(Atomics.load(cells, 0) & (1 << 30)));
    Atomics.store(cells, 0, 0);
    Atomics.notify(cells, 0, 1);
  \`;
  new Worker(code, { eval: true, workerData: cells, execArgv: [] }).unref();
`;

test("doneUntil: holds the event loop while it waits and lets it go afterwards", () => {
  const stdout = runs(`${UNLOCKER} await mutex.lock(); console.log("locked");`);
  assert.equal(stdout, "locked\n");
});

test("doneUntil: lets the event loop go after an abort and after a timeout", () => {
  const stdout = runs(`
    const controller = new AbortController();
    const waiting = mutex.lock({ signal: controller.signal }).catch((reason) => console.log(reason));
    controller.abort("aborted");
    await waiting;
    console.log(await mutex.lock({ timeout: 5 }));
  `);
  assert.equal(stdout, "aborted\n0\n");
});

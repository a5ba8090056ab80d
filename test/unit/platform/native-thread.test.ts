/** A thread counts as gone only if the system says so. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { mayBeAlive, nativeThread, threadStartedBy } from "#heddle/platform/engine/native-thread.js";

const onLinux = { skip: process.platform !== "linux" };

/** As when too many files are open. */
function refuse(): never {
  throw Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
}

test(
  "mayBeAlive: true for this thread, false for one born at another time and for one that there is not",
  onLinux,
  () => {
    const { tid, born } = nativeThread();
    assert.equal(mayBeAlive({ tid, born }), true);
    assert.equal(mayBeAlive({ tid, born: born + 1 }), false);
    assert.equal(mayBeAlive({ tid: 2 ** 30, born }), false);
  },
);

test("mayBeAlive: nobody is gone because no file can be opened, but who is gone is", onLinux, (t) => {
  const me = nativeThread();
  t.mock.method(fs, "readFileSync", refuse);
  assert.equal(mayBeAlive(me), true);
  assert.equal(mayBeAlive({ ...me, tid: 2 ** 30 }), false);
});

test("mayBeAlive: of a thread whose birth could not be read, whether there is one of that id", onLinux, (t) => {
  const known = nativeThread();
  const readFileSync = t.mock.method(fs, "readFileSync", refuse);
  let started = { tid: 0, born: 0 };
  t.mock.method(fs, "readdirSync", () => (started.tid === 0 ? [] : [String(known.tid)]));
  started = threadStartedBy(() => {
    started.tid = known.tid;
  });
  assert.equal(started.tid, known.tid);
  readFileSync.mock.restore();
  assert.notEqual(started.born, known.born);
  assert.equal(mayBeAlive(started), true);
  assert.equal(mayBeAlive({ ...started, tid: 2 ** 30 }), false);
});

test("threadStartedBy: a thread starts also if nobody can say which one it is", onLinux, (t) => {
  t.mock.method(fs, "readdirSync", refuse);
  let started = 0;
  assert.deepEqual(
    threadStartedBy(() => started++),
    { tid: 0, born: 0 },
  );
  assert.equal(started, 1);
});

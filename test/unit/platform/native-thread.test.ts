/** A thread counts as gone only if the system says so. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { mayBeAlive, nativeThread, threadStartedBy } from "#heddle/platform/native-thread.js";

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

test("mayBeAlive: nobody is gone because no file can be opened", onLinux, (t) => {
  const me = nativeThread();
  t.mock.method(fs, "readFileSync", refuse);
  assert.equal(mayBeAlive(me), true);
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

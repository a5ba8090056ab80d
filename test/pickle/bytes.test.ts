import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { dumps, loads, loadsAsync, PickleError } from "#heddle/pickle/index.js";
import { ready } from "./fixtures/late.js";
import { triple } from "./fixtures/library.js";

const rate = 2;

test("dumps and loads: functions, classes and data", () => {
  const value = { f: (n: number) => triple(n) * rate, list: [1, new Map([["a", new Date(3)]])], b: Buffer.from("abc") };
  const back = loads<typeof value>(dumps(value));
  assert.equal(back.f(5), 30);
  assert.deepEqual([back.list, back.b], [value.list, value.b]);
});

test("another program loads them", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-pickle-"));
  try {
    const file = path.join(folder, "job.bin");
    writeFileSync(
      file,
      dumps((n: number) => triple(n) * rate),
    );
    const script = `import { loads } from "${import.meta.resolve("#heddle/pickle/index.js")}";
      import { readFileSync } from "node:fs"; console.log(loads(readFileSync(process.argv.at(-1)))(7));`;
    const out = execFileSync(process.execPath, ["--input-type=module", "-e", script, file], { encoding: "utf8" });
    assert.equal(out.trim(), "42");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("loadsAsync loads modules with top-level await, loads refuses them", async () => {
  const bytes = dumps(() => ready);
  assert.throws(() => loads(bytes), /late\.js.*top-level await/);
  assert.equal((await loadsAsync<() => number>(bytes))(), 1);
});

test("every damaged byte and every cut is a PickleError", () => {
  const bytes = dumps({ f: () => rate, data: [1, "two"] });
  for (let i = 0; i < bytes.length; i++) {
    const damaged = bytes.slice();
    damaged[i]! ^= 1 << (i % 8);
    assert.throws(() => loads(damaged), PickleError, `byte ${i}`);
    assert.throws(() => loads(bytes.slice(0, i)), PickleError, `cut at ${i}`);
  }
  assert.throws(() => loads("text" as never), TypeError);
});

test("shared memory cannot be saved", () => {
  assert.throws(
    () => dumps({ cells: new SharedArrayBuffer(4) }),
    /^PickleError: Cannot send value\.cells: .*threads only/,
  );
});

/** What code of a package does to objects of its own is not warned about; the same code of the program is. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { PickleError, setLostMutationLevel } from "heddle/pickle";
import { pack } from "#heddle/pickle/pickle.js";

const folder = mkdtempSync(path.join(tmpdir(), "heddle-mutations-"));
const before = setLostMutationLevel("error");
after(() => {
  setLostMutationLevel(before);
  rmSync(folder, { recursive: true, force: true });
});

const TEXT = "module.exports = (seen) => ({ note: (n) => { seen.push(n); return seen.length; } });";

function noteOf(file: string): (n: number) => number {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, TEXT);
  return (createRequire(import.meta.url)(file) as (seen: number[]) => { note(n: number): number })([]).note;
}

test("a closure that changes what it captures", () => {
  const send = (fn: unknown): unknown => pack(fn, { to: "thread", name: "fn" });
  send(noteOf(path.join(folder, "node_modules/notes/index.cjs")));
  send(noteOf(path.join(folder, "node_modules/@scope/notes/lib/index.cjs")));
  assert.throws(
    () => send(noteOf(path.join(folder, "own/notes.cjs"))),
    (error) => error instanceof PickleError && /changes 'seen'/.test(error.message),
  );
});

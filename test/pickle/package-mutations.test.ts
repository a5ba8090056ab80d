/** What code of a package does to objects of its own is not warned about; the same code of the program is. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { PickleError, setLostMutationLevel } from "heddle/pickle";
import { pack, THREAD } from "#heddle/pickle/pickle.js";

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
  const send = (fn: unknown): unknown => pack(fn, { to: THREAD, name: "fn" });
  send(noteOf(path.join(folder, "node_modules/notes/index.cjs")));
  send(noteOf(path.join(folder, "node_modules/@scope/notes/lib/index.cjs")));
  assert.throws(
    () => send(noteOf(path.join(folder, "own/notes.cjs"))),
    (error) => error instanceof PickleError && /changes 'seen'/.test(error.message),
  );
});

/** As libraries of values that never change write them: only one that is being made has an owner. */
class Table {
  size: number;
  readonly owner: object | undefined;
  constructor(size: number, owner?: object) {
    this.size = size;
    this.owner = owner;
  }
  clear(): Table {
    if (this.owner) {
      this.size = 0;
      return this;
    }
    return new Table(0);
  }
  add(n: number): Table {
    if (!this.owner) return new Table(this.size + n);
    this.size += n;
    return this;
  }
  delete(n: number): Table {
    return this.owner && n > 0 ? this.drop(n) : new Table(this.size - n);
  }
  set(n: number): Table {
    if (n < 0 || !this.owner) throw new RangeError("n");
    this.size = n;
    return this;
  }
  sort(): Table {
    if (this.size > 1) this.size--;
    return this;
  }
  drop(n: number): Table {
    this.size -= n;
    return this;
  }
}

test("what a method changes only where its object says so", () => {
  const send = (fn: unknown): unknown => pack(fn, { to: THREAD, name: "fn" });
  const [fixed, owned] = [new Table(3), new Table(3, {})];
  for (const fn of [() => fixed.clear(), () => fixed.add(1), () => fixed.set(1)]) send(fn);
  for (const fn of [
    () => owned.clear(),
    () => owned.add(1),
    () => owned.set(1),
    () => owned.sort(),
    () => fixed.sort(),
  ])
    assert.throws(() => send(fn), /changes '(?:owned|fixed)'/);
});

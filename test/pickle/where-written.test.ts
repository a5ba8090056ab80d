/** A refusal names where the variable and the function that uses it are written. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ThreadPool } from "heddle/multiprocessing";
import { dumps, PickleError } from "heddle/pickle";
import { Queue } from "heddle/queue";
import { Thread } from "heddle/threading";
import { declarationOf } from "#heddle/pickle/text/declaration.js";
import { parseFile } from "#heddle/pickle/text/syntax.js";

const later = Promise.resolve(1);
const settings = { deep: { list: [later] } };
const viaHelper = () => settings.deep;
function inside(): () => unknown {
  const weak = new WeakMap();
  return () => weak;
}
class Holder {
  value = new WeakSet();
  method = () => this.value;
}
let count = 0;

/** @returns the lines that the message names, in order, with the text that stands there */
function named(error: unknown): string[] {
  assert.ok(error instanceof PickleError, String(error));
  return [...error.message.matchAll(/([^\s()]*where-written\.test\.[jt]s):(\d+):(\d+)/g)].map(
    ([, file = "", line, column]) => {
      const path = file.startsWith("file:") ? fileURLToPath(file) : file;
      return (readFileSync(path, "utf8").split("\n")[Number(line) - 1] ?? "").slice(Number(column) - 1);
    },
  );
}

const refused: readonly (readonly [name: string, send: () => unknown, declared: RegExp, user: RegExp])[] = [
  ["a variable of the module", () => dumps(() => later), /^later = Promise/, /^\(\) => later/],
  ["far inside", () => dumps(() => settings), /^settings = /, /^\(\) => settings/],
  ["a variable of a function around", () => dumps(inside()), /^weak = new/, /^\(\) => weak/],
  ["through another function", () => dumps(() => viaHelper()), /^settings = /, /^\(\) => settings\.deep/],
  ["an argument", () => ((given: unknown) => dumps(() => given))(later), /^given/, /^\(\) => given/],
  ["one that is assigned to", () => dumps(() => count++), /^count\+\+/, /^count = 0/],
  ["a thread's", () => new Thread({ target: () => later }).start(), /^later = Promise/, /^\(\) => later/],
  ["an item's", () => new Queue<unknown>().putNowait(() => later), /^later = Promise/, /^\(\) => later/],
];

describe("where variable and function are written", () => {
  for (const [name, send, first, second] of refused) {
    test(name, () => {
      assert.throws(send, (error) => {
        const [declared = "", user = ""] = named(error);
        assert.match(declared, first, (error as Error).message);
        assert.match(user, second, (error as Error).message);
        return true;
      });
    });
  }

  test("of a pool's", async () => {
    const pool = new ThreadPool(1);
    await assert.rejects(
      pool.map(() => later, [1]),
      (error) => {
        assert.match(named(error).join("\n"), /^later = Promise.*\n\(\) => later/, (error as Error).message);
        return true;
      },
    );
    await pool.terminate();
  });

  test("this of an arrow function", () => {
    assert.throws(
      () => dumps(new Holder().method),
      (error) => {
        assert.match(named(error).join("\n"), /^\(\) => this\.value/, (error as Error).message);
        return true;
      },
    );
  });
});

describe("declarationOf", () => {
  const found = (text: string, name: string): string => {
    const from = text.indexOf("() => USER");
    const at = declarationOf(parseFile(text), name, from, from + "() => USER".length);
    return at === undefined ? "none" : text.slice(at, at + 8);
  };
  const cases: readonly (readonly [text: string, found: string])[] = [
    ["const x = 1; { const x = 2; f(() => USER); }", "x = 2; f"],
    ["const x = 1; { const x = 2; } f(() => USER)", "x = 1; {"],
    ["function g({ a: [x = 1] }) { return () => USER; }", "x = 1] }"],
    ["import { y as x } from 'm'; export const u = () => USER;", "x } from"],
    ["export default function x() { return () => USER; }", "x() { re"],
    ["for (const x of [1]) f(() => USER)", "x of [1]"],
    ["for (let x = 0; ; ) f(() => USER)", "x = 0; ;"],
    ["try {} catch (x) { f(() => USER) }", "x) { f(("],
    ["switch (1) { case 1: let x; f(() => USER) }", "x; f(() "],
    ["function g() { if (1) { var x = 3; } return () => USER; }", "x = 3; }"],
    ["const u = class x { m = () => USER; };", "x { m = "],
    ["f(() => USER)", "none"],
  ];
  for (const [text, expected] of cases) test(text, () => assert.equal(found(text, "x"), expected));
});

/** What the tests of the explorer share: printing the size of an exploration, expecting a mutant to be caught. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Explored } from "./program.js";

/** Explores, and prints how much that was. */
export function report(t: TestContext, exploration: () => Explored): void {
  const start = performance.now();
  const { states, endings } = exploration();
  t.diagnostic(`${states} states, ${endings} endings, ${Math.round(performance.now() - start)} ms`);
  assert.ok(endings > 0, "no run ended");
}

/** @throws if the exploration finds nothing, or something other than `why` in the first line of its trace */
export function caught(exploration: () => Explored, why: RegExp): void {
  assert.throws(exploration, (error: Error) => {
    assert.match(error.message.split("\n")[0]!, why);
    return true;
  });
}

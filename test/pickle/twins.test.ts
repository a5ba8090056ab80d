/** Functions that are easily taken for another one: of the same text, of the same name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pack } from "#heddle/pickle/pickle.js";
import { bothWays } from "./both-ways.js";
import unnamed, { make } from "./fixtures/unnamed.js";

bothWays(({ call, to }) => {
  test("a function with the text of its module's unnamed default export is not that", async () => {
    const five = make(5);
    assert.equal(await call(() => five()), 5);
    assert.equal(await call(make(6)), 6);
    assert.equal(await call(unnamed), 99);
  });

  test("an unnamed default export still travels by reference", () => {
    assert.match(JSON.stringify(pack(unnamed, { to, name: "fn" }).body), /fixtures\/unnamed\.js/);
  });
});

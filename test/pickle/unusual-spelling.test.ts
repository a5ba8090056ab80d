/** What is written in an unusual way arrives as it was written. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInThisContext } from "node:vm";
import { bothWays } from "./both-ways.js";

/** The compiler would take comments and line ends out of it. */
const Commented = runInThisContext(`(class {
  #sum;
  constructor(
    a = 1, // the first
    text = \`two
lines\`, /* the
    second */
    { b } = { b: 2 }, // the last, with a comma
  )
  {
    this.#sum = [a, text, b];
    this.line = new Error().stack.split("\\n")[1].match(/:(\\d+):\\d+\\)?$/)[1];
  }
  get sum() { return this.#sum; }
})`) as new (
  a?: number,
) => { readonly sum: unknown; readonly line: string };

const keyed = runInThisContext(
  `({ \\u0061bc() { return 1; }, 0x10() { return 2; }, "q\\n"() { return 3; }, '"'() { return 4; }, 1n() { return 5; } })`,
) as Record<string, () => number>;

bothWays(({ same, call }) => {
  test("constructor parameters with comments and line ends, of a class with private fields", async () => {
    await same(() => new Commented(7).sum);
    const made = new Commented();
    assert.deepEqual(await call((each: { readonly sum: unknown }) => each.sum, made), made.sum);
    assert.equal(await call(() => new Commented().line), made.line);
  });

  test("methods whose key is escaped, quoted or a number", async () => {
    for (const [name, method] of Object.entries(keyed)) {
      assert.equal(await call(method), method(), name);
      assert.equal(await call((each: () => number) => each.name, method), name);
    }
    assert.deepEqual(Object.keys(keyed).sort(), ['"', "1", "16", "abc", "q\n"]);
  });

  test("a setter without a getter stays one", async () => {
    const only = {
      seen: [] as number[],
      set value(n: number) {
        this.seen.push(n);
      },
    };
    const seen = await call((object: typeof only) => {
      object.value = 3;
      return [object.seen, object.value];
    }, only);
    assert.deepEqual(seen, [[3], undefined]);
    assert.deepEqual(await call((object) => Object.keys(object), { nothing: undefined }), ["nothing"]);
  });
});

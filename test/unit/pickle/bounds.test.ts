/** What is looked through has bounds: a message says so, before the stack or the memory ends. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dumps, PickleError } from "heddle/pickle";
import { analyze } from "#heddle/pickle/text/analyze.js";
import { BeyondBounds, parse } from "#heddle/pickle/text/bounded-parser.js";
import { parseBindings } from "#heddle/pickle/text/module-bindings.js";

const returning = (expression: string): (() => unknown) => new Function(`return () => ${expression}`)();

const deep: Record<string, string> = {
  sums: `${"1+".repeat(30_000)}1`,
  templates: `${"`${".repeat(1500)}1${"}`".repeat(1500)}`,
  arrays: `${"[".repeat(1500)}${"]".repeat(1500)}`,
  classes: `${"class extends ".repeat(1500)}Object${"{}".repeat(1500)}`,
};

describe("a function beyond what is looked through", () => {
  for (const [name, expression] of Object.entries(deep))
    test(`deep ${name} are refused with the path of the function`, () => {
      assert.throws(
        () => dumps({ job: returning(expression) }),
        (error) =>
          error instanceof PickleError &&
          error.path === "value.job" &&
          /nested too deeply to be looked/.test(error.message),
      );
    });

  test("a long one is refused, before it is parsed", () => {
    const long = returning(JSON.stringify("x".repeat(17_000_000)));
    assert.throws(() => dumps(long), {
      name: "PickleError",
      message: /has 17\.0 million characters, more than the 16\.0/,
    });
  });

  test("what is large, but within the bounds, is looked through", () => {
    const text = `() => [${"a + 1, ".repeat(100_000)}]`;
    assert.deepEqual(analyze(text).free, ["a"]);
    assert.deepEqual(analyze(`() => { ${"if (a) {} else ".repeat(1000)}; }`).free, ["a"]);
  });
});

test("a module beyond it is not taken for one that exports nothing", () => {
  for (const expression of [deep["sums"], deep["templates"], deep["arrays"]])
    assert.throws(() => parseBindings(`export const a = ${expression};`), { name: "PickleError" });
});

describe("a text that takes the parser too long", () => {
  const text = "a;".repeat(20_000);
  const options = { ecmaVersion: "latest", sourceType: "script" } as const;

  test("is refused once the time is over", () => {
    for (const mostTime of [0, 0.001])
      assert.throws(
        () => parse(text, { ...options, mostTime }),
        (error) =>
          error instanceof BeyondBounds &&
          error.message.startsWith(
            `its text was not looked through within ${mostTime / 1000} seconds. Put what is sent`,
          ),
      );
  });

  test("is looked through within the time that there is otherwise", () => {
    assert.equal(parse(text, options).body.length, 20_000);
    assert.equal(parse(text, { ...options, mostTime: Number.POSITIVE_INFINITY }).body.length, 20_000);
  });
});

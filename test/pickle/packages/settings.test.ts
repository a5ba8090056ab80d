/** A call that fails in a worker, as the program has set something up here, says where that belongs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Process } from "heddle/multiprocessing";
import { Thread } from "heddle/threading";
import { written } from "./written.js";

interface Day {
  fromNow(): string;
  toText(): string;
}
interface Days {
  (): Day;
  extend(plugin: (days: Days, Day: { prototype: object }) => void): void;
  utc(): Day;
  relative(): string;
}

const BODY = `class Day { toText() { return "a day"; } }
const days = () => new Day();
days.Day = Day;
days.extend = (plugin) => plugin(days, Day);`;
const { require, load } = written({
  "node_modules/common-days/index.js": `${BODY}\nmodule.exports = days;`,
  "node_modules/esm-days/index.mjs": `${BODY}\nexport { Day };\nexport default days;`,
});
const libraries: Record<string, Days> = {
  "a CommonJS module": require("common-days") as Days,
  "an ES module": (await load<{ default: Days }>("node_modules/esm-days/index.mjs")).default,
};

type Fn = () => unknown;
const places: Record<string, (target: Fn) => Promise<unknown>> = {
  thread: (target) => new Thread({ target }).start().result(),
  process: (target) => new Process({ target }).start().result(),
};

for (const [place, run] of Object.entries(places))
  describe(`in a ${place}`, () => {
    const stackOf = (fn: Fn): Promise<string> =>
      run(fn).then(
        () => assert.fail("it did not fail"),
        (error: Error) => `${error.message}\n${error.stack}`,
      );

    for (const [kind, days] of Object.entries(libraries)) {
      days.extend((exported, Day) => {
        Object.assign(Day.prototype, { fromNow: () => "now" });
        exported.relative = () => "soon";
      });

      test(`${kind}: what a plugin added here is missing there`, async () => {
        assert.equal(days().fromNow(), "now");
        const fails = { fromNow: () => days().fromNow(), relative: () => days.relative() };
        for (const [name, fn] of Object.entries(fails))
          assert.match(await stackOf(fn), new RegExp(`--- '${name}' was added here.* in a module of your own`));
      });

      test(`${kind}: other calls that fail say nothing of that`, async () => {
        const toText = (): void => (days().toText as unknown as { toText(): void }).toText();
        for (const fn of [() => days.utc(), toText]) {
          const stack = await stackOf(fn);
          assert.match(stack, /is not a function\n/);
          assert.doesNotMatch(stack, /was added here/);
        }
      });
    }
  });

/** Objects of which a class keeps one for each value are the receiver's own where they arrive. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothWays } from "../both-ways.js";
import { written } from "./written.js";

interface Name {
  readonly text: string;
}
interface Level {
  readonly n: number;
}
interface Library {
  readonly Name: { of(text: string): Name };
  readonly Level: { readonly LOW: Level; readonly HIGH: Level; current: Level; of(n: number): Level };
  isHigh(level: Level): boolean;
}

const BODY = `const pool = new Map();
class Name {
  constructor(text) { this.text = text; }
  static of(text) { if (!pool.has(text)) pool.set(text, new Name(text)); return pool.get(text); }
}
class Level {
  constructor(n) { this.n = n; }
  static of(n) { return new Level(n); }
  static LOW = Object.freeze(new Level(1));
  static HIGH = new Level(2);
  static current = new Level(0);
}
const isHigh = (level) => level === Level.HIGH;
Name.of("at load");`;

const { require, load } = written({
  "node_modules/common/index.js": `${BODY}\nmodule.exports = { Name, Level, isHigh };`,
  "node_modules/esm/index.mjs": `${BODY}\nexport { Name, Level, isHigh };`,
  "own.mjs": `${BODY}\nexport { Name, Level, isHigh };`,
});
const libraries: Record<string, Library> = {
  "a CommonJS module": require("common") as Library,
  "an ES module": await load<Library>("node_modules/esm/index.mjs"),
  "a module of the program": await load<Library>("own.mjs"),
};

bothWays(({ same, call }) => {
  for (const [kind, { Name, Level, isHigh }] of Object.entries(libraries)) {
    test(`${kind}: what is in a Map of its module`, async () => {
      const [known, made] = [Name.of("at load"), Name.of("made here")];
      const byName = new Map([
        [known, 1],
        [made, 2],
      ]);
      await same(() => [byName.get(Name.of("at load")), byName.get(Name.of("made here")), byName.size]);
      await same((name: Name) => [name === Name.of("made here"), name.text], made);
      assert.equal(await call((name: Name) => name, made), made);
      const back = await call((text: string) => Name.of(text), "made there");
      assert.equal(back, Name.of("made there"));
    });

    test(`${kind}: static members, and one that holds something else there`, async () => {
      const { LOW, HIGH } = Level;
      await same(() => [isHigh(HIGH), isHigh(LOW), LOW === Level.LOW, Object.isFrozen(LOW)]);
      await same((level: Level) => isHigh(level), HIGH);
      assert.equal(await call(() => HIGH), HIGH);
      const before = Level.current;
      Level.current = Level.of(7);
      assert.deepEqual(await call((level: Level) => [level.n, Level.current.n], Level.current), [7, 0]);
      Level.current = before;
      await same((level: Level) => [level === Level.HIGH, level.n], Level.of(2));
    });
  }
});

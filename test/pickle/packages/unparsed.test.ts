/** The text of a package's module is not parsed to find what the module exports, or what a class of it declares. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { mayDeclarePrivate } from "#heddle/pickle/live/function-facts.js";
import { parseModule } from "#heddle/pickle/text/syntax.js";
import { bothWays } from "../both-ways.js";
import { written } from "./written.js";

interface Box {
  readonly n: number;
  twice(): number;
}
interface Library {
  readonly Box: new (n: number) => Box;
  readonly inner: (n: number) => Box;
  readonly isInner: (box: Box) => boolean;
}

/** Nested more deeply than the parser goes: it refuses the text. */
const TEXT = `export class Box { constructor(n) { this.n = n; } twice() { return this.n * 2; } }
class Inner { constructor(n) { this.n = n; } get half() { return this.n / 2; } twice() { return this.n * 2; } }
export const inner = (n) => new Inner(n);
export const isInner = (box) => box instanceof Inner;
export const deep = ${"[".repeat(1500)}${"]".repeat(1500)};`;

const { load } = written({
  "node_modules/deep/package.json": '{ "name": "deep", "type": "module", "exports": "./index.js" }',
  "node_modules/deep/index.js": TEXT,
});
const { Box, inner, isInner } = await load<Library>("node_modules/deep/index.js");

test("the text is one that the parser refuses", () => {
  assert.throws(() => parseModule(TEXT), { name: "PickleError", message: /nested too deeply/ });
});

bothWays(({ same, call }) => {
  test("an instance of an exported class, and one of a class that is kept", async () => {
    const [box, hidden] = [new Box(2), inner(3)];
    await same(() => [box.twice(), hidden.twice()]);
    await same((each: Box) => isInner(each), hidden);
    assert.ok((await call((n: number) => new Box(n), 4)) instanceof Box);
  });
});

test("a private name is seen however it is declared", () => {
  const declared = [
    "#x",
    "static#x",
    "get#x(){}",
    "set#x(v){}",
    "async#x(){}",
    "*#x(){}",
    "a;#x",
    "#\\u0061",
    "static async*#x(){}",
  ];
  for (const member of declared) assert.ok(mayDeclarePrivate(new Function(`return class {${member}}`)()), member);
});

test("a `#` behind a name declares nothing", () => {
  const texts = ["/** {@link Box#twice} */ twice() {}", "link = 'https://example.com/a_1#Twice'", "// 8601#a"];
  for (const text of texts) assert.equal(mayDeclarePrivate(new Function(`return class {${text}\n}`)()), false, text);
  assert.equal(
    mayDeclarePrivate(() => "#x"),
    false,
  );
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { packageTarget } from "#heddle/pickle/modules/package-target.js";
import { analyze } from "#heddle/pickle/text/analyze.js";
import { readModule } from "#heddle/pickle/text/module-bindings.js";

/** @returns the free names of a function's text */
const free = (text: string): readonly string[] => analyze(text).free;

describe("analyze: free names", () => {
  const cases: [text: string, names: string[]][] = [
    ["(a, b = c, { d, e: [f], ...g }) => a + b + d + f + g + h", ["c", "h"]],
    ["function f(n) { return n ? f(n - 1) : g }", ["g"]],
    ["() => { let a = b; { let b = 1; a = b } return b }", ["b"]],
    ["() => { var a = 1; if (a) { var b = a } return a + b + c }", ["c"]],
    ["() => { for (const x of xs) for (let i = 0; i < x; i++) y(i); return x }", ["xs", "y", "x"]],
    ["() => { try { a() } catch ({ message }) { return message + e } }", ["a", "e"]],
    ["() => { switch (v) { case 1: let w = 2; default: return w } }", ["v"]],
    ["() => ({ a, b: c, [d]: 1, e() { return e }, get f() { return g } })", ["a", "c", "d", "e", "g"]],
    ["(o) => o.a.b[c].d?.e", ["c"]],
    ["() => { label: for (;;) { break label } }", []],
    ["() => `a $".concat("{b} $", "{`", "$", "{c}`}`"), ["b", "c"]],
    ["class A extends B { x = y; static s = t; static { u() } [k]() { return new A(v) } }", ["y", "v"]],
    ["() => class extends B { x = y; static s = t; static { u() } [k]() {} }", ["B", "y", "t", "u", "k"]],
    ["m(a) { return a + b }", ["b"]],
    ["async *[Symbol.iterator]() { yield* x }", ["x"]],
    ["() => { function inner() { return outer } return inner }", ["outer"]],
    ["() => typeof maybe", ["maybe"]],
    ["(a) => { const { [key]: b = d } = a; return b }", ["key", "d"]],
    ["function () { return arguments.length }", []],
  ];
  for (const [text, names] of cases) test(text, () => assert.deepEqual([...free(text)].sort(), [...names].sort()));
});

describe("analyze: what else is taken from outside", () => {
  test("this, arguments, new.target of an arrow, not of a function", () => {
    assert.equal(analyze("() => this.x").usesThis, true);
    assert.equal(analyze("() => () => this").usesThis, true);
    assert.equal(analyze("() => function () { return this }").usesThis, false);
    assert.equal(analyze("() => class { x = this }").usesThis, false);
    assert.equal(analyze("() => arguments[0]").usesArguments, true);
    assert.equal(analyze("() => new.target").usesNewTarget, true);
    assert.equal(analyze("function () { return new.target }").usesNewTarget, false);
  });

  test("super and private names outside their class", () => {
    assert.equal(analyze("m() { return super.m() }").usesSuper, true);
    assert.equal(analyze("() => ({ m() { return super.m() } })").usesSuper, false);
    assert.deepEqual([...analyze("m() { return this.#x }").privateNames], [["x", 18]]);
    assert.deepEqual([...analyze("m(o) { return #x in o }").privateNames.keys()], ["x"]);
    assert.equal(analyze("class A { #x; m() { return this.#x } }").privateNames.size, 0);
    const nested = "class A { #x; m(o) { return class { #z; n() { return o.#x + o.#y + this.#z; } }; } }";
    assert.deepEqual([...analyze(nested).privateNames.keys()], ["y"]);
  });

  test("direct eval, but not a variable of that name", () => {
    assert.equal(analyze("() => eval('x')").usesEval, true);
    assert.equal(analyze("(eval) => eval('x')").usesEval, false);
    assert.equal(analyze("() => globalThis.eval('x')").usesEval, false);
  });

  test("assignments: targets outside only, with their positions", () => {
    const text = "(p) => { let o; o = p = 1; x += 1; ({ a: y, ...z } = p); for (w of p); q.r = 1 }";
    const { assigned } = analyze(text);
    assert.deepEqual([...assigned.keys()], ["x", "y", "z", "w"]);
    assert.equal(assigned.get("x"), text.indexOf("x +="));
  });

  test("the anchor is what V8 calls the function's location", () => {
    const anchorOf = (text: string): string => text.slice(analyze(text).anchor);
    assert.equal(anchorOf("async (a) => a"), "async (a) => a");
    assert.equal(anchorOf("async function foo (a) {}"), "(a) {}");
    assert.equal(anchorOf("* gen (a) {}"), "(a) {}");
    assert.equal(anchorOf("['a('](b) {}"), "(b) {}");
    assert.equal(anchorOf("class { m() {} constructor(a) {} }"), "(a) {} }");
    assert.equal(anchorOf("class { m() {} }"), "class { m() {} }");
  });

  test("sloppy code", () => {
    assert.deepEqual(free("function (let) { return let + yield }"), ["yield"]);
  });
});

describe("readModule", () => {
  test("imports and exports by local name", () => {
    const source = `import d, { a as b, "odd name" as c } from "x"; import * as ns from "y"; import j from "./j.json" with { type: "json" };
      export const { p, q: [r] } = d; export function f() {} export { b as g }; export { z } from "z"; export default class K {}`;
    const { imports, exports } = readModule(source);
    assert.deepEqual(
      [...imports],
      [
        ["d", { specifier: "x", name: "default" }],
        ["b", { specifier: "x", name: "a" }],
        ["c", { specifier: "x", name: "odd name" }],
        ["ns", { specifier: "y", name: "*" }],
        ["j", { specifier: "./j.json", name: "default", attributes: { type: "json" } }],
      ],
    );
    assert.deepEqual(
      [...exports],
      [
        ["p", "p"],
        ["r", "r"],
        ["f", "f"],
        ["b", "g"],
        ["K", "default"],
      ],
    );
  });

  test("an unnamed default export is known by its text and its place", () => {
    assert.deepEqual(readModule("export default () => 1;").anonymousDefault, { at: [0, 15], text: "() => 1" });
    assert.equal(readModule("not { a module").anonymousDefault, undefined);
  });
});

describe("packageTarget", () => {
  test("finds a package and the package itself as import does", () => {
    assert.equal(packageTarget("acorn", import.meta.url), import.meta.resolve("acorn"));
    assert.equal(packageTarget("heddle/time", import.meta.url), import.meta.resolve("heddle/time"));
    assert.equal(
      packageTarget("#heddle/pickle/pickle.js", import.meta.url),
      import.meta.resolve("#heddle/pickle/pickle.js"),
    );
    assert.equal(packageTarget("no-such-package", import.meta.url), undefined);
  });
});

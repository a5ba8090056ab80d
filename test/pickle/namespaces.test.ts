/** Modules as objects, wherever they are held: they travel by reference, and are the receiver's own modules there. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { isModuleNamespaceObject } from "node:util/types";
import { Process } from "heddle/multiprocessing";
import { Thread } from "heddle/threading";
import { pickleByValue } from "#heddle/pickle/index.js";
import { bothWays, refuses } from "./both-ways.js";
import * as barrel from "./fixtures/barrel.js";
import * as copied from "./fixtures/copied.js";

interface Interop {
  readonly crypto: typeof import("node:crypto") & { readonly default: typeof import("node:crypto") };
  readonly legacy: typeof import("./fixtures/legacy.cjs") & {
    readonly default: typeof import("./fixtures/legacy.cjs");
  };
  readonly library: typeof import("./fixtures/library.js");
}

type Query = typeof import("./fixtures/tagged.js");

const require = createRequire(import.meta.url);
const crypto = await import("node:crypto");
const library = await import("./fixtures/library.js");
const legacy = await import("./fixtures/legacy.cjs");
const json = (await import("./fixtures/data.json", { with: { type: "json" } })) as { default: { name: string } };
const time = await import("heddle/time");
const required = require("heddle/time") as typeof time;
const process = globalThis.process.getBuiltinModule("node:os");
const byAddress = async (end: string): Promise<Query> =>
  import(new URL(`./fixtures/tagged.js${end}`, import.meta.url).href);
const [one, two, hash] = [await byAddress("?v=1"), await byAddress("?v=2"), await byAddress("#part")];
const { own } = two;
const text: string = "data:text/javascript,export const n = 7; export const f = () => n";
const data = (await import(text)) as { f(): number };
const interop = require("./fixtures/interop.cjs") as Record<"required" | "getters" | "values" | "defaults", Interop>;

const md5 = (crypto: typeof import("node:crypto")): string => crypto.createHash("md5").update("a").digest("hex");

class Holder {
  readonly crypto = crypto;
  readonly library = library;
  readonly run = (): string => md5(this.crypto) + this.library.triple(2);
}

bothWays(({ same, call }) => {
  test("in a variable: a module of Node's, of the program's, CommonJS, JSON, this library's", async () => {
    await same(() => md5(crypto) + crypto.default.randomBytes(2).length);
    await same(() => [library.triple(2), library.default(2), library.settings.level]);
    await same(() => [legacy.default.shout("a"), Object.keys(json), json.default.name]);
    await same(() => [typeof time.sleepSync, typeof required.sleepSync, process.EOL]);
    await same(() => [barrel.library.triple(3), typeof barrel.crypto.createHash]);
  });

  test("they are the modules of the receiver, with their own state, and the same objects", async () => {
    library.count();
    assert.equal(await call(() => library.counter), 0);
    assert.equal(await call(() => isModuleNamespaceObject(library)), true);
    assert.equal(await call(() => library), library);
  });

  test("in a field, in `this`, in a Map, an array, as argument, twice in one message", async () => {
    await same(new Holder().run);
    const held = { list: [crypto, library], map: new Map([["library", library]]) };
    await same(() => [held.list[1] === held.map.get("library"), held.list.length]);
    await same((given: typeof library) => given.triple(5), library);
    const { triple } = library;
    await same(() => triple(2) + library.triple(2));
  });

  test("what compilers make of imports for CommonJS", async () => {
    const { required, getters, values, defaults } = interop;
    const use = (each: Interop): unknown => [
      each.crypto.randomBytes(1).length,
      each.legacy.shout("a"),
      each.library.triple(1),
    ];
    await same(() => use(required));
    await same(() => [use(getters), getters.crypto.default.randomBytes(1).length]);
    await same(() => [values.crypto.randomBytes(1).length, values.legacy.default.shout("a")]);
    await same(() => [defaults.crypto.default.randomBytes(1).length, Object.keys(defaults.crypto)]);
  });

  test("the namespace of a module that is to travel by value is copied", async () => {
    pickleByValue(import.meta.resolve("./fixtures/copied.js"));
    assert.equal(await call(() => isModuleNamespaceObject(copied)), false);
    await same(() => [copied.half(4), Object.keys(copied)]);
  });
});

for (const Kind of [Thread, Process]) {
  test(`with a query or a hash each is the module it was, and the one that import() gives: ${Kind.name}`, async () => {
    const target = (): unknown => [one.tag, two.tag, hash.tag, one.own(), own(), data.f()];
    assert.deepEqual(await new Kind({ target }).start().result(), target());
    const from = import.meta.resolve("./fixtures/library.js");
    const isThere = async (from: string): Promise<boolean> => (await import(from)) === library;
    assert.equal(await new Kind({ target: isThere, args: [from] }).start().result(), true);
    const functions = await new Kind({ target: () => [one.own, own, two, data] }).start().result();
    assert.deepEqual(functions, [one.own, own, two, data]);
  });
}

test("a copy that has something else under a name is sent as what it is", async () => {
  const mine = { ...crypto.default, default: crypto.default, createHash: null };
  refuses({ crypto: mine, promise: Promise.resolve() }, /promise: it is a Promise/);
});

/** As bundlers make the namespace of a bundled module whose `module.exports` is a function. */
const bundled = Object.create(Function.prototype, {
  default: { get: () => (text: string) => text.length, enumerable: true },
}) as { readonly default: (text: string) => number };

bothWays(({ same }) => {
  test("a bundled module that is derived from a function", async () => {
    await same(() => [bundled.default("abc"), typeof bundled, Object.getPrototypeOf(bundled) === Function.prototype]);
  });
});

/** What test runners put in the place of an import: a Proxy around the module, made by code of an installed package. */
import nodeCrypto from "node:crypto";
import { test } from "node:test";
import { bothWays, refuses } from "../both-ways.js";
import { written } from "./written.js";

interface Plain {
  readonly double: (n: number) => number;
}
const { require } = written({
  "node_modules/runner/index.js":
    "exports.put = (module) => new Proxy(module, { get: (of, key) => of[key] ?? of.default?.[key] });",
  "node_modules/plain/index.js": "module.exports = Object.assign({}, { double: (n) => n * 2 });",
});
const { put } = require("runner") as { readonly put: <T extends object>(module: T) => T };
const crypto = put(await import("node:crypto"));
const plain = put(require("plain") as Plain);
const mine = new Proxy(nodeCrypto, { get: () => undefined });

bothWays(({ same }) => {
  test("is the module meant: one of Node's, a CommonJS package", async () => {
    await same(() => crypto.createHash("md5").update("a").digest("hex"));
    await same(() => plain.double(2));
  });
});

test("a Proxy that the program itself has put around a module stays here", () => {
  refuses(() => mine.constants, /mine: it is a Proxy/);
});

/** Host objects travel whole or not at all: what a subclass or the user has added is never dropped silently. */
import assert from "node:assert/strict";
import { File } from "node:buffer";
import { test } from "node:test";
import { pack, THREAD, unpack } from "#heddle/pickle/pickle.js";

const send = (value: unknown): unknown => unpack(pack(value, { to: THREAD, name: "value" }).body);

test("pack: a subclass of URL or URLSearchParams, and a File, are refused by name", () => {
  class MyUrl extends URL {}
  class MyParams extends URLSearchParams {}
  const refused = (value: unknown, name: string): void =>
    assert.throws(() => send(value), {
      name: "PickleError",
      message: new RegExp(`it is a ${name}, .*register its class`),
    });
  refused(new MyUrl("http://a.b/"), "MyUrl");
  refused(new MyParams("a=1"), "MyParams");
  refused(new File(["x"], "x.txt"), "File");
});

test("pack: a Blob or AbortSignal with properties of its own is refused, naming them", () => {
  for (const object of [new Blob([]), new AbortController().signal, AbortSignal.abort()]) {
    const added = Object.assign(object, { note: 1 });
    assert.throws(() => send(added), { name: "PickleError", message: /with properties of its own: note/ });
  }
});

test("pack: plain URL, URLSearchParams and Blob travel", () => {
  assert.equal(String(send(new URL("http://a.b/c"))), "http://a.b/c");
  assert.equal(String(send(new URLSearchParams("a=1"))), "a=1");
  assert.ok(send(new Blob(["x"])) instanceof Blob);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { pack } from "#heddle/pickle/pickle.js";
import { Away } from "./rig.js";

const sideEffects: string[] = [];
class Button {
  label: string;
  onClick = (): string => `clicked ${this.label}`;
  constructor(label: string) {
    this.label = label;
  }
  handler(): () => string {
    return () => {
      sideEffects.push("ran");
      return this.label;
    };
  }
  later(): () => Promise<string> {
    return async () => this.label;
  }
  nested(): () => () => string {
    return () => () => this.label;
  }
  withDefault(): (n?: number) => string {
    return (n = 1) => this.label + n;
  }
}

test("an arrow's `this` travels and its body does not run", async () => {
  const away = new Away("thread");
  try {
    const button = new Button("ok");
    assert.equal(await away.call((f: () => string) => f(), [button.onClick]), "clicked ok");
    assert.equal(await away.call((b: Button) => b.onClick(), [button]), "clicked ok");
    assert.equal(await away.call(button.later()), "ok");
    assert.equal(await away.call((f: () => () => string) => f()(), [button.nested()]), "ok");
    const body = (f: () => unknown): unknown => pack(f, { to: "thread", name: "target" }).body;
    for (let i = 0; i < 50; i++) body(new Button(`b${i}`).handler());
    assert.deepEqual(sideEffects, []);
  } finally {
    await away[Symbol.asyncDispose]();
  }
});

test("an arrow that captures `this` and runs code in its parameters is refused", () => {
  const send = (): unknown => pack(new Button("x").withDefault(), { to: "thread", name: "target" });
  assert.throws(send, /it captures 'this' and has parameters with defaults.*const self = this/);
});

test("an arrow whose `this` is not initialised is refused and does not run", () => {
  let early: (() => unknown) | undefined;
  class Late extends Button {
    constructor() {
      const arrow = (): unknown => {
        sideEffects.push("ran");
        return this;
      };
      early = arrow;
      if (sideEffects.length === 0) throw new Error("before super");
      super("late");
    }
  }
  assert.throws(() => new Late(), /before super/);
  assert.throws(() => pack(early, { to: "thread", name: "target" }), /it captures 'this', which cannot be read here/);
  assert.deepEqual(sideEffects, []);
});

test("top-level `this` of a module is undefined there too", async () => {
  const away = new Away("thread");
  try {
    assert.equal(await away.call(() => typeof this), "undefined");
  } finally {
    await away[Symbol.asyncDispose]();
  }
});

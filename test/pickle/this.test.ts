import assert from "node:assert/strict";
import { test } from "node:test";
import { pack } from "#heddle/pickle/pickle.js";
import { openInspector } from "#heddle/pickle/source/inspector.js";
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

test("pack: many arrows with `this` switch the debugger on once, and off again", () => {
  const inspector = openInspector();
  assert.ok(!(inspector instanceof Error));
  const handlers = Array.from({ length: 20 }, (_, i) => new Button(`b${i}`).handler());
  pack(handlers[0], { to: "thread", name: "target" }); // the script is known afterwards
  const post = inspector.post.bind(inspector);
  const switched: string[] = [];
  inspector.post = <T>(method: string, params?: object): T => {
    if (/^Debugger\.(en|dis)able$/.test(method)) switched.push(method);
    return post<T>(method, params);
  };
  try {
    pack(handlers, { to: "thread", name: "targets" });
    assert.deepEqual(switched, ["Debugger.enable", "Debugger.disable"]);
    switched.length = 0;
    const refused = [new Button("x").handler(), Promise.resolve()];
    assert.throws(() => pack(refused, { to: "thread", name: "targets" }), /it is a Promise/);
    assert.equal(switched.filter((each) => each.endsWith("enable")).length, switched.length / 2);
  } finally {
    Reflect.deleteProperty(inspector, "post");
  }
});

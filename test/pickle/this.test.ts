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

test("pack: arrows with `this` in message after message switch the debugger on once, and off soon after", async () => {
  const inspector = openInspector();
  assert.ok(!(inspector instanceof Error));
  const send = (value: unknown): unknown => pack(value, { to: "thread", name: "target" });
  send(new Button("first").handler()); // the script is known afterwards
  inspector.stopDebugging();
  const post = inspector.post.bind(inspector);
  const switched: string[] = [];
  const alive = setInterval(() => {}, 1000); // the switch alone does not keep the program running
  try {
    await new Promise<void>((resolve) => {
      inspector.post = <T>(method: string, params?: object): T => {
        if (/^Debugger\.(en|dis)able$/.test(method)) switched.push(method);
        if (method === "Debugger.disable") resolve();
        return post<T>(method, params);
      };
      for (let i = 0; i < 20; i++) send(new Button(`b${i}`).handler());
      assert.throws(() => send([new Button("x").handler(), Promise.resolve()]), /it is a Promise/);
      assert.deepEqual(switched, ["Debugger.enable"]);
    });
    assert.deepEqual(switched, ["Debugger.enable", "Debugger.disable"]);
  } finally {
    clearInterval(alive);
    Reflect.deleteProperty(inspector, "post");
  }
});

test("pack: in a loop without turns the debugger goes off, too, and is on for many arrows each time", () => {
  const inspector = openInspector();
  assert.ok(!(inspector instanceof Error));
  const send = (value: unknown): unknown => pack(value, { to: "thread", name: "target" });
  const closure = (i: number) => () => i;
  send([new Button("first").handler(), closure(0)]); // the script is known afterwards
  inspector.stopDebugging();
  const post = inspector.post.bind(inspector);
  let [on, off] = [0, 0];
  inspector.post = <T>(method: string, params?: object): T => {
    if (method === "Debugger.enable") on++;
    if (method === "Debugger.disable") off++;
    return post<T>(method, params);
  };
  try {
    for (let i = 0; i < 800; i++) send(new Button(`b${i}`).handler());
    assert.ok(on > 1 && on <= 800 / 100, `it was switched on ${on} times for 800 buttons with two arrows each`);
    for (let i = 0; i < 300; i++) send(closure(i));
    assert.equal(off, on);
  } finally {
    Reflect.deleteProperty(inspector, "post");
  }
});

test("pack: what was read of many functions is released once for each message", () => {
  const inspector = openInspector();
  assert.ok(!(inspector instanceof Error));
  const post = inspector.post.bind(inspector);
  let [releases, open] = [0, false];
  inspector.post = <T>(method: string, params?: object): T => {
    open = method !== "Runtime.releaseObjectGroup";
    if (!open) releases++;
    return post<T>(method, params);
  };
  try {
    const closures = Array.from({ length: 20 }, (_, i) => () => i);
    pack(closures, { to: "thread", name: "closures" });
    assert.deepEqual([releases, open], [1, false]);
    assert.throws(
      () => pack([() => closures, Promise.resolve()], { to: "thread", name: "refused" }),
      /it is a Promise/,
    );
    assert.equal(open, false);
  } finally {
    Reflect.deleteProperty(inspector, "post");
  }
});

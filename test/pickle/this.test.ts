import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { openInspector } from "#heddle/pickle/live/inspector.js";
import { pack, THREAD } from "#heddle/pickle/pickle.js";
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
  counting(): (...all: number[]) => string {
    return (...all) => all.length + this.label;
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
    const body = (f: () => unknown): unknown => pack(f, { to: THREAD, name: "target" }).body;
    for (let i = 0; i < 50; i++) body(new Button(`b${i}`).handler());
    assert.deepEqual(sideEffects, []);
  } finally {
    await away[Symbol.asyncDispose]();
  }
});

/** Everything that it does, in parameters or in its body, would be noted. */
class Noting {
  get text(): string {
    sideEffects.push("read");
    return "text";
  }
  get call(): (...args: unknown[]) => unknown {
    sideEffects.push("called");
    return () => this;
  }

  travelling(): unknown[] {
    return [
      (...args: unknown[]) => [args, this.text],
      (n = this.call()) => [this, n],
      (n = 1) => this.text + n,
      (n = 1) => this.call(n),
      (n = 1) => String(this.text.concat(this.text)).at(n),
      (n = 1) => ({ text: this.text, n }),
      (n = 1) => new Set([this.text, n]),
      async (n = 1) => (await this.call(n), this.text),
      async (n = 1) => this.text + n,
      ({ a = this.call(), ...rest } = {}, [b = this.call(), ...more]: unknown[] = []) => [a, b, rest, more],
      (n = 1) => {
        const inner = (): unknown => this.call(n);
        return inner();
      },
      (n = 1) => {
        function declared(): void {
          sideEffects.push("declared");
        }
        return [this.text, declared, n];
      },
      (n = 1) => {
        this.call(n);
        this.text.at(n);
      },
      (n = 1) => {
        const { length = this.call() } = this.text;
        return [length, n];
      },
      (n = 1) => {
        try {
          throw this.call(n);
        } finally {
          this.call(n);
        }
      },
      (n = 1) =>
        // below
        this.text.at(n),
    ];
  }

  /** The engine stops these only when it is too late, or it is not sure that it does. */
  refused(): unknown[] {
    return [
      ({ [String(this.call())]: n }: Record<string, unknown> = {}) => [this, n],
      (n = 1) => {
        if (this.call(n)) return 1;
        return 2;
      },
      (n = 1) => {
        for (const each of [this.call(n)]) return each;
        return 1;
      },
      (n = 1) => {
        class Early {
          static early = sideEffects.push("static");
        }
        return [Early, this, n];
      },
      (n = 1) => this.call?.(n),
    ];
  }
}

describe("an arrow that captures `this` and has more than names as parameters", () => {
  const noting = new Noting();
  const send = (fn: unknown): unknown => pack({ fn }, { to: THREAD, name: "target" });
  beforeEach(() => void sideEffects.splice(0));
  for (const fn of noting.travelling())
    test(`travels, and nothing of it runs: ${fn}`, () => {
      send(fn);
      assert.deepEqual(sideEffects, []);
    });
  for (const fn of noting.refused())
    test(`is refused, and nothing of it runs: ${fn}`, () => {
      assert.throws(() => send(fn), /it captures 'this'.*const self = this/);
      assert.deepEqual(sideEffects, []);
    });

  test("does what it does at home", async () => {
    const away = new Away("thread");
    try {
      assert.equal(await away.call((f: (n?: number) => string) => f() + f(2), [new Button("b").withDefault()]), "b1b2");
      const counting = new Button("x").counting();
      assert.equal(await away.call((f: (...all: number[]) => string) => f(1, 2), [counting]), "2x");
    } finally {
      await away[Symbol.asyncDispose]();
    }
  });
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
  assert.throws(() => pack(early, { to: THREAD, name: "target" }), /it captures 'this', which cannot be read here/);
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
  const send = (value: unknown): unknown => pack(value, { to: THREAD, name: "target" });
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
  const send = (value: unknown): unknown => pack(value, { to: THREAD, name: "target" });
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
    pack(closures, { to: THREAD, name: "closures" });
    assert.deepEqual([releases, open], [1, false]);
    assert.throws(() => pack([() => closures, Promise.resolve()], { to: THREAD, name: "refused" }), /it is a Promise/);
    assert.equal(open, false);
  } finally {
    Reflect.deleteProperty(inspector, "post");
  }
});

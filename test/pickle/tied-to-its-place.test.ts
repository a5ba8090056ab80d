/** What is tied to the place it was written at, or to this thread: it works there, or is refused with what to do instead. */
import assert from "node:assert/strict";
import { Transform, Writable } from "node:stream";
import { test } from "node:test";
import { loads, loadsAsync } from "heddle/pickle";
import { pack, THREAD } from "#heddle/pickle/pickle.js";
import { bothWays, refuses } from "./both-ways.js";

class Titled {
  title(): string {
    return "titled";
  }
}
class Outer extends Titled {
  #secret = 1;
  #twice(): number {
    return 2 * this.#secret;
  }
  nested() {
    return class Inner {
      #own = 1;
      read(outer: Outer): number {
        return this.#own + outer.#secret;
      }
    };
  }
  independent() {
    return class {
      #secret = 5;
      read(): number {
        return this.#secret;
      }
    };
  }
  arrow(): () => number {
    return () => this.#secret;
  }
  fn() {
    return function peek(outer: Outer): number {
      return outer.#twice();
    };
  }
  literal() {
    return {
      arrow: (outer: Outer): boolean => #secret in outer,
      method(outer: Outer): number {
        return outer.#secret;
      },
      override(): string {
        return (super["toString" as never] as () => string)();
      },
    };
  }
  get(): number {
    return this.#twice();
  }
  override title(): string {
    return `${super.title()}!`;
  }
  static #made = 7;
  static made(): number {
    return Outer.#made;
  }
}
class Handler {
  #clicks = 3;
  onClick = (): number => this.#clicks;
}
class Bound {
  #clicks = 3;
  [Symbol.toStringTag] = "Bound";
  onClick = this.click.bind(this);
  click(): number {
    return this.#clicks;
  }
}

test("a private name of a class around the function is refused: function, name, place and remedy", () => {
  const outer = new Outer();
  const { arrow, method, override } = outer.literal();
  refuses(
    outer.nested(),
    /^Cannot send item: the class Inner uses the private name #secret of a class around it.* \(.*tied-to-its-place\.test\.\w+:\d+:\d+\)\. Write this class outside of the one that has #secret/,
  );
  refuses(
    outer.arrow(),
    /it uses the private name #secret.* \(.*tied-to-its-place\.test.*\)\. Make it a method of that class/,
  );
  refuses(outer.fn(), /the function peek uses the private name #twice.*Make it a method of that class/);
  refuses([arrow], /^Cannot send item\[0\]: the function arrow uses the private name #secret/);
  refuses({ method }, /^Cannot send item\.method: the method method uses the private name #secret.*Send the object/);
  refuses(
    { override },
    /item\.override: the method override uses 'super', which belongs to the class or object literal/,
  );
  refuses(new Handler(), /^Cannot send item\.onClick: the function onClick uses .*#clicks.*bind the method there/);
});

test("what belongs to this thread is refused by its name", () => {
  class Shouting extends Transform {}
  refuses(
    { up: new Shouting() },
    /^Cannot send item\.up: it is a Shouting, a stream, which stays here\. Make it in the worker/,
  );
  refuses(new Writable(), /^Cannot send item: it is a Writable, a stream/);
  refuses({ r: new Response("x") }, /^Cannot send item\.r: it is a Response.*await response\.text\(\)/);
  refuses({ r: new Request("http://localhost/") }, /^Cannot send item\.r: it is a Request.*Send its url/);
  refuses([new ReadableStream()], /^Cannot send item\[0\]: it is a ReadableStream.*'transfer'/);
  refuses(new EventTarget(), /it is an EventTarget, whose state cannot be read/);
  const form = new FormData();
  form.append("file", new Blob(["x"]));
  refuses(form, /it is a FormData with files/);
  refuses(Object.assign(new Headers(), { own: 1 }), /it is a Headers with properties of its own: own/);
});

test("loads and loadsAsync name their argument", async () => {
  assert.throws(() => loads(null as never), /^TypeError: loads: bytes must be a Uint8Array, got null/);
  assert.throws(() => loads("text" as never), /^TypeError: loads: bytes must be a Uint8Array, got "text"/);
  await assert.rejects(loadsAsync(undefined as never), /^TypeError: loadsAsync: bytes must be .*, got undefined/);
});

bothWays(({ same, call }) => {
  test("bound methods of a class, with private names and super, static ones too", async () => {
    const outer = new Outer();
    await same(outer.get.bind(outer));
    await same(outer.title.bind(outer));
    await same(Outer.made.bind(Outer));
    await same((bound: Bound) => bound.onClick(), new Bound());
    const Independent = outer.independent();
    await same(() => new Independent().read());
  });

  test("process.env in a variable is the environment there", async () => {
    const { env } = process;
    process.env["HEDDLE_TIED"] = "here";
    try {
      assert.equal(await call(() => env === process.env), true);
      await same(() => typeof env["PATH"]);
    } finally {
      delete process.env["HEDDLE_TIED"];
    }
  });

  test("Headers and FormData", async () => {
    const headers = new Headers([
      ["a", "1"],
      ["set-cookie", "x=1"],
      ["set-cookie", "y=2"],
    ]);
    const form = new FormData();
    form.append("a", "1");
    form.append("a", "2");
    await same((h: Headers) => [h.get("A"), [...h], h instanceof Headers], headers);
    await same((f: FormData) => [...f.getAll("a")], form);
  });

  test("keys of an object keep their order, __proto__ among them", async () => {
    const odd = Object.assign(JSON.parse('{"a":1,"__proto__":2,"b":3}'), { fn: () => 1 }) as Record<string, unknown>;
    await same((o: object) => [Object.keys(o), Object.getPrototypeOf(o) === Object.prototype], odd);
    const deep = JSON.parse('{"a":1,"__proto__":{"x":1},"b":3}') as Record<string, unknown>;
    deep["__proto__x"] = () => 1;
    await same((o: Record<string, unknown>) => [Object.keys(o), Object.entries(o)[1]], deep);
  });

  test("a static getter called name does not run on the way", async () => {
    const log: string[] = [];
    class Named {
      #value = 1;
      static get name(): string {
        log.push("ran");
        return "user";
      }
      value(): number {
        return this.#value;
      }
    }
    const named = new Named();
    await same((n: Named) => n.value(), named);
    const failing = Object.assign(new Named(), { later: Promise.resolve() });
    assert.throws(() => pack(failing, { to: THREAD, name: "item" }), /item\.later: it is a Promise/);
    assert.deepEqual(log, []);
  });

  test("Error.prepareStackTrace is not asked about errors that arrive", async () => {
    const seen: string[] = [];
    const before = Error.prepareStackTrace;
    Error.prepareStackTrace = (error) => {
      seen.push(error.message);
      return `${error}`;
    };
    try {
      const errors = await call(() => [new Error("one"), new DOMException("two")] as const);
      assert.deepEqual([errors[0].message, errors[1].message, seen], ["one", "two", []]);
    } finally {
      if (before === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
      else Error.prepareStackTrace = before;
    }
  });
});

/** Static state, names that are computed, decorators, `this` and `arguments` of the function around. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { bothWays, refuses } from "./both-ways.js";

const base = 40;
const legacy = createRequire(import.meta.url)("./fixtures/legacy-this.cjs") as { readonly top: () => unknown };

function twice(method: (n: number) => number, _: ClassMethodDecoratorContext) {
  return function (this: unknown, n: number): number {
    return 2 * method.call(this, n);
  };
}

class Button {
  label: string;
  readonly fromField = (): string => `field ${this.label}`;
  readonly fromConstructor: () => string;
  constructor(label: string) {
    this.label = label;
    this.fromConstructor = () => `constructor ${this.label}`;
  }
  fromMethod(): () => string {
    return () => `method ${this.label}`;
  }
  withDefault(): (n?: number) => string {
    return (n = 1) => this.label + n;
  }
}

bothWays(({ same, call }) => {
  test("G31 a static block does not run again", async () => {
    class Registered {
      static {
        Object.assign(globalThis, { ranStatic: true });
      }
      n = base;
    }
    Reflect.deleteProperty(globalThis, "ranStatic");
    assert.deepEqual(await call(() => [new Registered().n, "ranStatic" in globalThis]), [base, false]);
    assert.equal("ranStatic" in globalThis, false);
  });

  test("G32 statics are as they are now", async () => {
    class Settings {
      static level = 1;
      static list: number[] = [];
    }
    Settings.level = 5;
    Settings.list.push(1);
    await same(() => [Settings.level, Settings.list]);
  });

  test("G33 a static instance of the class itself", async () => {
    class Unit {
      static readonly one = new Unit();
      n = base;
    }
    await same((unit: Unit) => [unit === Unit.one, Unit.one instanceof Unit, Unit.one.n], Unit.one);
  });

  test("G34 computed names that are captured nowhere else", async () => {
    const make = (name: string) =>
      class {
        [name](): string {
          return `by ${name}`;
        }
        static get [`${name}!`](): number {
          return base;
        }
      };
    const Made = make("dynamic") as unknown as Record<string, number> & {
      new (): Record<string, () => string>;
    };
    await same(() => [new Made()["dynamic"]?.(), Made["dynamic!"]]);
    const withField = (mark: symbol) =>
      class {
        [mark] = 7;
      };
    refuses(withField(Symbol("mark")), /the name of a field is computed from 'mark'.*in the constructor/);
  });

  test("G35 a prototype that was changed later", async () => {
    class Patched {
      a(): string {
        return "a";
      }
    }
    const patched = Patched.prototype as unknown as Record<string, () => string>;
    patched["a"] = () => "replaced";
    patched["b"] = () => `added ${base}`;
    await same(() => {
      const p = new Patched() as unknown as typeof patched;
      return [p["a"]?.(), p["b"]?.()];
    });
  });

  test("G36 decorated methods", async () => {
    class Decorated {
      @twice
      plus(n: number): number {
        return n + base;
      }
    }
    await same(() => new Decorated().plus(1));
    await same((d: Decorated) => d.plus(2), new Decorated());
  });

  test("G37 the accessor keyword", async () => {
    class Level {
      accessor value = base;
    }
    const level = new Level();
    level.value = 2;
    await same((l: Level) => [l.value, new Level().value], level);
  });

  test("G38 arrow `this` in method, constructor and field", async () => {
    const button = new Button("ok");
    await same(button.fromMethod());
    await same(button.fromConstructor);
    await same(button.fromField);
    await same((b: Button) => [b.fromField(), b.fromConstructor(), b.fromMethod()()], button);
    await same(button.withDefault());
  });

  test("G39 `this` at the top of a module: undefined, and the exports of CommonJS", async () => {
    await same(() => typeof this);
    await same(legacy.top);
  });

  test("G40 `arguments` of the function around an arrow", async () => {
    const outer = function (..._: number[]): () => number[] {
      // biome-ignore lint/complexity/noArguments: the test is about it
      return () => [...(arguments as unknown as number[])];
    };
    await same(outer(1, 2, 3));
  });
});

/** Imports that a compiler has made to load their module at the first use. */
import { createRequire } from "node:module";
import { test } from "node:test";
import { bothWays } from "./both-ways.js";

type Use = (text: string) => string;
const { functions } = createRequire(import.meta.url)("./fixtures/lazy-imports.cjs") as {
  readonly functions: { readonly builtIn: Use; readonly byDefault: Use };
};

bothWays(({ call, same }) => {
  test("before and after the first use at home, and away twice", async () => {
    for (const use of Object.values(functions)) {
      const twice = (text: string): string[] => [use(text), use(text)];
      const away = await call(twice, "a/b");
      await same(twice, "a/b");
      await same(() => [use("a/b"), ...away]);
    }
  });
});

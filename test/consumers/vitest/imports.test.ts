// vitest puts objects of its own in the place of imports.
import { createHash } from "node:crypto";
import * as path from "node:path";
import escapeStringRegexp from "escape-string-regexp";
import { Lock } from "heddle/threading";
import ms from "ms";
import { test } from "vitest";
import { checkImports } from "../checks.js";
import * as orders from "../typescript/orders.ts";

test("what functions use of other modules", { timeout: 60_000 }, async () => {
  await checkImports({
    builtIn: (text: string) => createHash("sha256").update(text).digest("hex"),
    namespace: (text: string) => path.basename(text),
    commonJs: (text: string) => ms(`${text.length} hours`),
    esModule: (text: string) => escapeStringRegexp(text),
    own: (text: string) => orders.withTax(text.length),
    heddle: (text: string) => new Lock().withLockSync(() => text.length),
  });
});

// What functions use most of other modules, imported.
import { createHash } from "node:crypto";
import * as path from "node:path";
import escapeStringRegexp from "escape-string-regexp";
import { Lock } from "heddle/threading";
import ms from "ms";
import { checkImports } from "../checks.js";
import * as orders from "./orders.ts";

await checkImports({
  builtIn: (text: string) => createHash("sha256").update(text).digest("hex"),
  namespace: (text: string) => path.basename(text),
  commonJs: (text: string) => ms(`${text.length} hours`),
  esModule: (text: string) => escapeStringRegexp(text),
  own: (text: string) => orders.withTax(text.length),
  heddle: (text: string) => new Lock().withLockSync(() => text.length),
});

// What functions use most of other modules, imported.
import { createHash } from "node:crypto";
import * as path from "node:path";
import escapeStringRegexp from "escape-string-regexp";
import { Lock } from "heddle/threading";
import ms from "ms";
import { checkImports } from "../checks.js";
import * as orders from "./orders.js";

await checkImports({
  builtIn: (text) => createHash("sha256").update(text).digest("hex"),
  namespace: (text) => path.basename(text),
  commonJs: (text) => ms(`${text.length} hours`),
  esModule: (text) => escapeStringRegexp(text),
  own: (text) => orders.withTax(text.length),
  heddle: (text) => new Lock().withLockSync(() => text.length),
});

// What functions use most of other modules, required.
const { createHash } = require("node:crypto");
const path = require("node:path");
const { default: escapeStringRegexp } = require("escape-string-regexp");
const { Lock } = require("heddle/threading");
const ms = require("ms");
const { checkImports } = require("../checks.js");
const orders = require("./orders.cjs");

checkImports({
  builtIn: (text) => createHash("sha256").update(text).digest("hex"),
  namespace: (text) => path.basename(text),
  commonJs: (text) => ms(`${text.length} hours`),
  esModule: (text) => escapeStringRegexp(text),
  own: (text) => orders.withTax(text.length),
  heddle: (text) => new Lock().withLockSync(() => text.length),
});

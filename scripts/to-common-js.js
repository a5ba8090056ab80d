// ES modules, as rolldown writes them, turned into CommonJS line by line, so that their source maps stay true. Each import stands
// on a line of its own, and so does the one list of exports.
import path from "node:path";

/** The part that finds all others. */
export const CORE = "parts/core.js";

/** Parts that are loaded when one of their functions is first called. */
const LAZY = new Set(["pickler"]);

/** @returns the names between the braces of an import or export, each as [name] or [name, the other name] */
export function list(names) {
  return names
    .split(",")
    .filter((name) => name.trim())
    .map((name) => name.trim().split(" as "));
}

/** @param fileName of the ES module, relative to the folder of the package's code */
export function toCommonJs(code, fileName) {
  const body = code
    .replace(/^import \{([^}]*)\} from "([^"]+)";$/gm, (_, names, target) => imported(names, target))
    .replace(/^import "([^"]+)";$/gm, (_, target) => `${requireOf(target)};`)
    .replace(
      /^import (?:\* as )?([\w$]+) from "([^"]+)";$/gm,
      (_, name, target) => `const ${name} = ${requireOf(target)};`,
    )
    .replace(/^export \{([^}]*)\};/m, (_, names) => `module.exports = ${pairs(names, (name, as) => [as, name])};`)
    .replace(/\bimport\("(\.[^"]+)"\)/g, (_, target) => loaded(path.posix.join(path.posix.dirname(fileName), target)))
    .replaceAll(/import\.meta\.url(?!")/g, "__url") // not where a message speaks of it
    // Its own `require` finds the same, without Node's module that makes others.
    .replaceAll(/(?:builtin\("node:module"\)\.)?createRequire\(new URL\("[^"]*", __url\)\.href\)/g, "require")
    .replace(/^const \{ createRequire \} = require\("node:module"\);$/m, "")
    .replace(/^\/\/# sourceMappingURL=.*\n?/m, "");
  return `"use strict"; const __url = __urlOf(__filename); ${core(fileName)} ${body}\n${URL_OF}\n`;
}

/** What is loaded late is asked for here: see src/platform/modules/own-modules.ts. */
function core(fileName) {
  if (fileName === CORE) return "const __core = () => module.exports;";
  const target = path.posix.relative(path.posix.dirname(fileName), CORE);
  return `const __known = ${requireOf(target.startsWith(".") ? target : `./${target}`)}; const __core = () => __known;`;
}

function imported(names, target) {
  const part = path.basename(target, ".js");
  if (!LAZY.has(part)) return `const ${pairs(names, (name, local) => [name, local])} = ${requireOf(target)};`;
  return list(names)
    .map(([name, local = name]) => `const ${local} = (...args) => __core().part("${part}").${name}(...args);`)
    .join(" ");
}

/** A module of the library, as `import()` gives it. */
function loaded(module) {
  return `Promise.resolve(${JSON.stringify(module)}).then(__core().moduleNamed)`;
}

/** What is beside it in the package is CommonJS as well. */
function requireOf(target) {
  return `require(${JSON.stringify(target.startsWith(".") ? target.replace(/\.js$/, ".cjs") : target)})`;
}

/** @returns an object pattern or literal */
function pairs(names, order) {
  const written = list(names).map(([name, as = name]) => (name === as ? name : order(name, as).join(": ")));
  return `{ ${written.join(", ")} }`;
}

/** As Node gives a module its address; for most paths without the module that knows all characters. */
const URL_OF = `function __urlOf(file) { return /[^\\w\\-./:\\\\]|^\\\\/.test(file) ? require("node:url").pathToFileURL(file).href : Object.assign(new URL("file:///"), { pathname: file }).href; }`;

// Puts the modules of the library together in a few files, dist/parts/*.cjs. Node takes half a millisecond for each file,
// however small, and `heddle/threading` is made of 180. They are CommonJS because a worker then starts without Node's loader
// for ES modules, which costs it more than the files; what users import stays an ES module, and names its part.
//
//   parts/NAME.cjs      modules that are loaded together
//   parts/modules.cjs   which of their exports each module has
//   */NAME.js           an ES module that exports what the module of that name does
//   worker/*-boot.cjs   what workers start with: modules that do something when they are loaded
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { rolldown } from "rolldown";
import { list, toCommonJs } from "./to-common-js.js";

/** What workers start with. */
const BOOTS = ["worker/thread-boot", "worker/process-boot", "depot/depot-boot"];

/** Modules that stay as the compiler wrote them. */
const AS_WRITTEN = new Set(["index", "platform/modules/part"]);

/**
 * In this order: a part is what its modules import before their first instruction, without what an earlier part has. A star
 * stands for all modules of a folder.
 */
const PARTS = {
  // Every thread.
  core: ["worker/thread-boot", "threading/thread-entry"],
  // A thread that waits for another one.
  locks: ["locks/*", "shared/value"],
  // Who sends functions.
  pickler: ["pickle/pickle", "pickle/function-snapshots"],
  // Who shares data.
  collections: ["queue/index", "shared/index", "depot/depot-boot"],
  // Who starts threads; and what a thread needs that is more than its target, or fails.
  threads: [
    ...["threading/index", "pickle/index", "time/index", "threading/object-run", "threading/failure"],
    "memory/waits", // who asks what threads wait for
  ],
  processes: [
    "multiprocessing/index",
    "multiprocessing/process-entry",
    "pool/pool-worker",
    "worker/process-boot",
    "channel/line/slot-line",
    "channel/line/slot-end",
  ],
  futures: ["futures/index"],
  tasks: ["asyncio/index"],
};

/** @returns the modules that an entry of PARTS names */
function named(src, entry) {
  if (!entry.endsWith("/*")) return [entry];
  const folder = entry.slice(0, -2);
  return readdirSync(path.join(src, folder)).map((file) => `${folder}/${path.basename(file, ".ts")}`);
}

/** @returns the modules that the entries import before their first instruction, without .ts, relative to src */
function graph(src, entries) {
  const found = new Set(entries.flatMap((entry) => named(src, entry)));
  for (const module of found) {
    const code = readFileSync(path.join(src, `${module}.ts`), "utf8");
    for (const [, target] of code.matchAll(/^(?:import|export)\b(?! type\b)[^;"]*?"(\.[^"]+)\.js";/gm))
      found.add(path.join(path.dirname(module), target));
  }
  return found;
}

/** @returns for each module its part; "" for a boot file */
function partition(src, dist) {
  const parts = new Map(BOOTS.map((boot) => [boot, ""]));
  for (const [part, entries] of Object.entries(PARTS))
    for (const module of graph(src, entries)) if (!parts.has(module)) parts.set(module, part);
  for (const file of readdirSync(src, { recursive: true })) {
    const module = file.split(path.sep).join("/").replace(/\.ts$/, "");
    if (!file.endsWith(".ts") || parts.has(module) || AS_WRITTEN.has(module)) continue;
    if (hasCode(path.join(dist, `${module}.js`))) throw new Error(`${file} is in no part of scripts/bundle.js`);
  }
  return parts;
}

/** Most modules that nobody imports hold types only: the compiler leaves nothing of them. */
function hasCode(file) {
  const written = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
  return written.trim() !== "export {};";
}

/** Code finds what lies beside the module that it was written in. */
function ownAddress(nameOf, parts) {
  return {
    name: "own-address",
    transform(code, id) {
      const module = nameOf(id);
      if (!parts.get(module)) return null;
      const here = `new URL(${JSON.stringify(`../${module}.js`)}, import.meta.url).href`;
      return { code: code.replaceAll(/import\.meta\.url(?!")/g, here), map: null }; // not where a message speaks of it
    },
  };
}

/** @returns where each export of a module is, as [name, part, name in the part] */
function exportsOf(code) {
  const found = [];
  const partOf = (target) => path.basename(target, ".js");
  const imported = new Map();
  for (const [, names, target] of code.matchAll(/^import \{([^}]*)\} from "([^"]+)";$/gm))
    for (const [name, local = name] of list(names)) imported.set(local, [partOf(target), name]);
  for (const [, names, target] of code.matchAll(/^export \{([^}]*)\}(?: from "([^"]+)")?;$/gm))
    for (const [name, as = name] of list(names))
      found.push([as, ...(target ? [partOf(target), name] : imported.get(name))]);
  return found;
}

/** @returns the ES module that exports what is in the parts */
function face(module, exported) {
  const toPart = path.posix.relative(path.posix.dirname(module), "platform/modules/part.js");
  const byPart = new Map();
  for (const [name, part, inside] of exported) byPart.set(part, [...(byPart.get(part) ?? []), [name, inside]]);
  const lines = [...byPart].map(([part, names]) => {
    const pairs = names.map(([name, inside]) => (name === inside ? name : `${inside}: ${name}`));
    return `export const { ${pairs.join(", ")} } = __part("${part}");`;
  });
  if (lines.length === 0) return "export {};\n";
  return `import { part as __part } from "${toPart.startsWith(".") ? toPart : `./${toPart}`}";\n${lines.join("\n")}\n`;
}

/** @returns for parts/modules.cjs: how to get what the module exports */
function entryOf(module, exported) {
  const pairs = exported.map(([name, part, inside]) => `${name}: part("${part}").${inside}`);
  return `${JSON.stringify(`${module}.js`)}: () => ({ ${pairs.join(", ")} }),`;
}

/** Writes the parts and the boot files, and turns the modules into faces of the parts. */
export async function bundle(root) {
  const [src, dist] = [path.join(root, "src"), path.join(root, "dist")];
  // Mutants are made from the text of the modules.
  cpSync(dist, path.join(root, "build/written"), { recursive: true, filter: (file) => !/\.(ts|map|cjs)$/.test(file) });
  const nameOf = (id) =>
    path
      .relative(src, id)
      .split(path.sep)
      .join("/")
      .replace(/\.[jt]s$/, "");
  const parts = partition(src, dist);
  const output = await roll(root, src, parts, nameOf);
  const write = (file, text) => {
    mkdirSync(path.dirname(path.join(dist, file)), { recursive: true });
    writeFileSync(path.join(dist, file), text);
  };
  const table = [];
  for (const { type, fileName, code, map } of output) {
    if (type !== "chunk") continue;
    const module = fileName.replace(/\.js$/, "");
    if (parts.get(module)) {
      const exported = exportsOf(code);
      table.push(entryOf(module, exported));
      write(fileName, face(module, exported));
      rmSync(path.join(dist, `${fileName}.map`), { force: true });
    } else {
      const file = `${module}.cjs`;
      write(file, `${toCommonJs(code, fileName)}//# sourceMappingURL=${path.basename(file)}.map\n`);
      // The sources lie beside them in the package.
      const { sourcesContent: _, ...slim } = map;
      write(`${file}.map`, JSON.stringify({ ...slim, file: path.basename(file) }));
      for (const ending of ["js", "js.map", "d.ts", "d.ts.map"])
        rmSync(path.join(dist, `${module}.${ending}`), { force: true });
    }
  }
  write("parts/modules.cjs", `"use strict";\nexports.table = (part) => ({\n${table.sort().join("\n")}\n});\n`);
}

async function roll(root, src, parts, nameOf) {
  const bundled = await rolldown({
    cwd: root,
    input: Object.fromEntries([...parts.keys()].map((module) => [module, path.join(src, `${module}.ts`)])),
    platform: "neutral",
    treeshake: false,
    preserveEntrySignatures: "strict",
    resolve: { extensionAlias: { ".js": [".ts"] } },
    external: (id) => !(id.startsWith(".") || path.isAbsolute(id)),
    plugins: [ownAddress(nameOf, parts)],
    transform: { target: "es2022" },
  });
  const { output } = await bundled.generate({
    dir: path.join(root, "dist"),
    format: "esm",
    sourcemap: true,
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    minifyInternalExports: false,
    // The source map leads to them. With them the text is read slowly, and kept with two bytes per character.
    comments: false,
    codeSplitting: {
      groups: Object.keys(PARTS).map((part) => ({
        name: `parts/${part}`,
        test: (id) => parts.get(nameOf(id)) === part,
      })),
    },
  });
  await bundled.close();
  return output;
}

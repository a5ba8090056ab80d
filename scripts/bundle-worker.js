// What every new thread loads becomes one file, dist/worker/core.js: Node takes half a millisecond for each file, however
// small, and a thread would load fifty. The modules themselves then only re-export their part, so that there is one
// instance of each, whoever imports it. Everything else in dist stays as the compiler wrote it.
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { rolldown } from "rolldown";

const BOOT = "worker/thread-boot";
const ENTRIES = [BOOT, "threading/thread-entry"];

/** @returns the modules that the entries import before their first instruction, without .ts, relative to src */
function graph(src) {
  const found = new Set(ENTRIES);
  for (const module of found) {
    const code = readFileSync(path.join(src, `${module}.ts`), "utf8");
    for (const [, target] of code.matchAll(/^(?:import|export)\b(?! type\b)[^;"]*?"(\.[^"]+)\.js";/gm))
      found.add(path.join(path.dirname(module), target));
  }
  return found;
}

/** Bundled code finds what lies beside the module that it was written in. */
function ownAddress(src) {
  return {
    name: "own-address",
    transform(code, id) {
      if (!code.includes("import.meta.url")) return null;
      const file = path.relative(path.join(src, "worker"), id).replace(/\.ts$/, ".js").split(path.sep).join("/");
      return { code: code.replaceAll("import.meta.url", `new URL("${file}", import.meta.url).href`), map: null };
    },
  };
}

/** Writes dist/worker/core.js and what re-exports from it. */
export async function bundleWorker(root) {
  const src = path.join(root, "src");
  const modules = graph(src);
  const input = Object.fromEntries([...modules].map((module) => [module, path.join(src, `${module}.ts`)]));
  const isInside = (id) => modules.has(path.relative(src, id).replace(/\.[jt]s$/, ""));
  const bundle = await rolldown({
    cwd: root,
    input,
    platform: "neutral",
    treeshake: false,
    preserveEntrySignatures: "strict",
    resolve: { extensionAlias: { ".js": [".ts"] } },
    external: (id, importer, isResolved) =>
      !(id.startsWith(".") || path.isAbsolute(id)) ||
      !isInside(isResolved || importer === undefined ? id : path.resolve(path.dirname(importer), id)),
    plugins: [ownAddress(src)],
    transform: { target: "es2022" },
  });
  const output = {
    dir: path.join(root, "dist"),
    format: "esm",
    sourcemap: true,
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    minifyInternalExports: false,
    // The source map leads to them. With them the text is read slowly, and kept with two bytes per character.
    comments: false,
    codeSplitting: {
      groups: [{ name: "worker/core", test: (id) => !id.includes(`${BOOT}.ts`) }],
    },
  };
  await bundle.write(output);
  await bundle.close();
  // The compiler's maps of what is in the one file now.
  for (const module of modules) if (module !== BOOT) rmSync(path.join(root, "dist", `${module}.js.map`));
}

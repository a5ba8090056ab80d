// Bundles main.ts with esbuild; `everything` forgets to keep heddle out of it.
import { build } from "esbuild";

const [style] = process.argv.slice(2);
await build({
  entryPoints: ["main.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  target: style === "es2020" ? "es2020" : "node20",
  // Its helpers keep private fields in WeakMaps; top-level await is left to Node.
  supported: style === "es2020" ? { "top-level-await": true } : {},
  sourcemap: style === "mapped",
  outfile: `bundle/${style}.js`,
  minify: style === "minify",
  keepNames: style === "keep-names",
  external: style === "everything" ? [] : ["heddle"],
});

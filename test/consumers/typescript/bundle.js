// Bundles a program with esbuild; `everything` forgets to keep heddle out of it.
import { build } from "esbuild";

const [style, entry] = process.argv.slice(2);
await build({
  entryPoints: [`${entry}.ts`],
  bundle: true,
  platform: "node",
  format: "esm",
  target: style === "es2020" ? "es2020" : "node20",
  // Its helpers keep private fields in WeakMaps; top-level await is left to Node.
  supported: style === "es2020" ? { "top-level-await": true } : {},
  sourcemap: style === "mapped",
  outfile: `bundle/${style}/${entry}.js`,
  minify: style === "minify",
  keepNames: style === "keep-names",
  external: style === "everything" ? [] : ["heddle"],
});

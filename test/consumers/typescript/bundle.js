// Bundles main.ts with esbuild; `everything` forgets to keep heddle out of it.
import { build } from "esbuild";

const [style] = process.argv.slice(2);
await build({
  entryPoints: ["main.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  outfile: `bundle/${style}.js`,
  minify: style === "minify",
  keepNames: style === "keep-names",
  external: style === "everything" ? [] : ["heddle"],
});

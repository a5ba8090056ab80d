// Bundles a program of the folder `esm` with webpack, in production mode; heddle stays outside.
import path from "node:path";
import webpack from "webpack";

const [entry] = process.argv.slice(2);
const compiler = webpack({
  mode: "production",
  target: "node20",
  entry: `../esm/${entry}.js`,
  experiments: { outputModule: true },
  externalsType: "module",
  externals: [/^heddle/],
  output: { path: path.resolve("bundle"), filename: `${entry}.mjs`, module: true, chunkFormat: "module" },
});
compiler.run((error, stats) => {
  if (!error && !stats.hasErrors()) return;
  console.error(error ?? stats.toString());
  process.exitCode = 1;
});

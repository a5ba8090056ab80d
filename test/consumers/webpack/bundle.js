// Bundles the program of the folder `esm` with webpack, in production mode; heddle stays outside.
import path from "node:path";
import webpack from "webpack";

const compiler = webpack({
  mode: "production",
  target: "node20",
  entry: "../esm/main.js",
  experiments: { outputModule: true },
  externalsType: "module",
  externals: [/^heddle/],
  output: { path: path.resolve("bundle"), filename: "main.mjs", module: true, chunkFormat: "module" },
});
compiler.run((error, stats) => {
  if (!error && !stats.hasErrors()) return;
  console.error(error ?? stats.toString());
  process.exitCode = 1;
});

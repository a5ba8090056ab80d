// npm run check:package: the package as a user gets it: packed, linted, its types resolved, installed and imported.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { demand, node, npm, prepare, root } from "./project.js";

await prepare();
const folder = mkdtempSync(path.join(os.tmpdir(), "heddle-package-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const capture = { capture: true };
demand("npm pack", await npm(["pack", "--pack-destination", folder], capture));
const tarball = path.join(folder, readdirSync(folder)[0]);

demand("publint", await node(["node_modules/publint/src/cli.js", "run", tarball, "--strict", "--pack=false"], capture));
process.stdout.write("publint: no complaint\n");

// Versions of Node that cannot require an ES module are older than any we support, and so are resolvers without `exports`.
const attw = ["node_modules/@arethetypeswrong/cli/dist/index.js", tarball, "--profile", "esm-only", "--no-emoji"];
demand("attw", await node(attw, capture));
process.stdout.write("are the types wrong: no\n");

await importEverything();

/** Installs the tarball in an empty project and imports every subpath it exports. */
async function importEverything() {
  const { name, exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const subpaths = Object.keys(exports).filter((subpath) => !subpath.endsWith(".json"));
  const specifiers = subpaths.map((subpath) => path.posix.join(name, subpath));
  writeFileSync(path.join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  writeFileSync(
    path.join(folder, "smoke.js"),
    `for (const specifier of ${JSON.stringify(specifiers)}) {
  const names = Object.keys(await import(specifier));
  if (names.length === 0) throw new Error(specifier + " exports nothing");
  console.log(specifier + ": " + names.length + " exports");
}\n`,
  );
  const install = ["install", tarball, "--prefer-offline", "--no-audit", "--no-fund"];
  demand("Installing the package", await npm(install, { cwd: folder, capture: true }));
  const smoke = await node(["smoke.js"], { cwd: folder, capture: true });
  demand("Importing the package", smoke);
  process.stdout.write(smoke.output);
}

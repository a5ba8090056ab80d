// Compiles the library (src -> dist) and what runs on it (test, examples, bench -> build).
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.js";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

/** Compiles one project; ends the process with the compiler's exit code if it fails. */
function compile(project) {
  const { status } = spawnSync(process.execPath, [tsc, "-p", project], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

if (process.argv.includes("--clean"))
  for (const out of ["dist", "build"]) rmSync(path.join(root, out), { recursive: true, force: true });
compile("tsconfig.json");
await bundle(root);
compile("tsconfig.build.json");

// Other versions of Node, and other runtimes, from npm: the package of this platform that `node`, `bun` or `deno` itself would
// install. Kept in build/nodes.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { demand, npm, root } from "./project.js";

const { platform, arch } = process;
const exe = platform === "win32" ? ".exe" : "";

const RUNTIMES = {
  node: { package: `node-${platform === "win32" ? "win" : platform}-${arch}`, binary: `bin/node${exe}` },
  bun: {
    package: `@oven/bun-${platform === "win32" ? "windows" : platform}-${arch === "arm64" ? "aarch64" : arch}`,
    binary: `bin/bun${exe}`,
  },
  deno: { package: `@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`, binary: `deno${exe}` },
};

/** Versions of the runtimes that heddle is tried with. */
export const OTHERS = { bun: "1.4.5", deno: "2.9.6" };

/** @returns {Promise<string>} path of the binary, installed if it is not there yet */
export function installNode(version) {
  return install("node", version, version);
}

/** @returns {Promise<string>} path of the binary of `bun` or `deno` */
export function installOther(name) {
  return install(name, OTHERS[name], `${name}-${OTHERS[name]}`);
}

async function install(name, version, folderName) {
  const runtime = RUNTIMES[name];
  const folder = path.join(root, "build/nodes", folderName);
  const binary = path.join(folder, "node_modules", runtime.package, runtime.binary);
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
  const flags = ["--no-audit", "--no-fund"];
  const options = { cwd: folder, capture: true };
  demand(`Installing ${name} ${version}`, await npm(["install", `${runtime.package}@${version}`, ...flags], options));
  return binary;
}

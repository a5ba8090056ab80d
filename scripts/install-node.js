// Other versions of Node, from npm: the package of this platform that `node` itself would install. Kept in build/nodes.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { demand, npm, root } from "./project.js";

const PACKAGE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/** @returns {Promise<string>} path of the binary, installed if it is not there yet */
export async function installNode(version) {
  const folder = path.join(root, "build/nodes", version);
  const binary = path.join(folder, "node_modules", PACKAGE, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
  const flags = ["--no-audit", "--no-fund"];
  const options = { cwd: folder, capture: true };
  demand(`Installing Node ${version}`, await npm(["install", `${PACKAGE}@${version}`, ...flags], options));
  return binary;
}

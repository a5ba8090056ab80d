// Where heddle must work, or say what to do: how to run which program of this folder.
import { readFileSync } from "node:fs";

/** What is installed beside heddle, by name of the tool. */
export const TOOLS = {
  tsx: ["tsx@4.23.15"],
  esbuild: ["esbuild@0.28.2"],
  vitest: ["vitest@3.2.4"],
  jest: ["jest@29.7.0"],
  "ts-node": ["ts-node@10.9.2", "typescript@5.9.3"],
  swc: ["@swc/core@1.16.22"],
  webpack: ["webpack@5.112.2"],
};

const text = (name) => readFileSync(new URL(`./eval/${name}`, import.meta.url), "utf8");
/** The REPL reads lines; the program must have ended before it leaves. */
const typedIn = `${text("program.cjs").replace("\ncheck(", "\nawait check(")}.exit\n`;

const READ = ["--permission", "--allow-fs-read=*"];
const START = ["--allow-worker", "--allow-child-process"];

/**
 * `steps` are arguments of Node, run in the folder `program`; `node` is the oldest version that can, `runtime` another one
 * that runs them. `refused` is what the error must say where heddle cannot work, `says` what the output must where it can.
 */
export const ENVIRONMENTS = [
  { name: "esm", program: "esm", steps: [["main.js"]] },
  { name: "commonjs", program: "commonjs", steps: [["main.cjs"]] },
  { name: "inspect", program: "esm", steps: [["--inspect=0", "main.js"]] },
  { name: "coverage", program: "esm", steps: [["main.js"]], env: { NODE_V8_COVERAGE: "coverage" } },
  { name: "no-code-generation", program: "esm", steps: [["--disallow-code-generation-from-strings", "main.js"]] },
  { name: "frozen-intrinsics", program: "esm", steps: [["--frozen-intrinsics", "--no-warnings", "main.js"]] },
  { name: "eval", program: "eval", steps: [["-e", text("program.cjs")]] },
  { name: "eval-module", program: "eval", steps: [["--input-type=module", "-e", text("module.js")]] },
  { name: "stdin", program: "eval", steps: [["-"]], input: text("program.cjs") },
  { name: "repl", program: "eval", steps: [["-i"]], input: typedIn },
  { name: "tsx", tool: "tsx", program: "typescript", steps: [["--import", "tsx", "main.ts"]] },
  { name: "tsx-command", tool: "tsx", program: "typescript", steps: [["{modules}/tsx/dist/cli.mjs", "main.ts"]] },
  { name: "type-stripping", program: "typescript", node: "24", steps: [["main.ts"]] },
  ...["plain", "minify", "keep-names", "mapped"].map((style) => bundled(style)),
  // Private fields become WeakMaps there.
  { ...bundled("es2020"), refused: /_amount: it is a WeakMap, whose entries cannot be listed/ },
  { name: "swc", tool: "swc", program: "typescript", steps: [["swc.js"], ["compiled/main.js"]] },
  {
    name: "swc-mapped",
    tool: "swc",
    program: "typescript",
    steps: [["swc.js"], ["--enable-source-maps", "compiled/main.js"]],
  },
  {
    name: "webpack",
    tool: "webpack",
    program: "webpack",
    steps: [["bundle.js"], ["bundle/main.mjs"]],
  },
  {
    name: "ts-node",
    tool: "ts-node",
    program: "ts-node",
    steps: [["--require", "ts-node/register/transpile-only", "main.ts"]],
  },
  {
    ...bundled("everything"),
    name: "bundled-by-mistake",
    refused: /heddle was bundled.*external/,
  },
  {
    name: "permission",
    program: "esm",
    node: "24",
    steps: [[...READ, ...START, "--allow-inspector", "main.js"]],
  },
  { name: "permission-no-inspector", program: "no-inspector", node: "24", steps: [[...READ, ...START, "main.js"]] },
  {
    name: "permission-no-worker",
    program: "esm",
    node: "24",
    steps: [[...READ, "--allow-inspector", "main.js"]],
    refused: /--allow-worker/,
  },
  {
    name: "permission-no-child-process",
    program: "esm",
    node: "24",
    steps: [[...READ, "--allow-worker", "--allow-inspector", "main.js"]],
    refused: /--allow-child-process/,
  },
  ...["forks", "threads", "vmThreads"].map((pool) => ({
    name: `vitest-${pool}`,
    tool: "vitest",
    program: "vitest",
    steps: [["{modules}/vitest/vitest.mjs", "run", "--pool", pool]],
    says: /1 passed/,
  })),
  {
    name: "jest",
    tool: "jest",
    program: "jest",
    steps: [["--experimental-vm-modules", "{modules}/jest/bin/jest.js"]],
    says: /1 passed/,
  },
  {
    name: "deno",
    runtime: "deno",
    program: "runtimes",
    steps: [["run", "-A", "main.js"]],
    says: /printed by a thread.*refusals ok/s,
  },
  {
    name: "bun",
    runtime: "bun",
    program: "runtimes",
    steps: [["main.js"]],
    says: /printed by a thread.*refusals ok/s,
  },
];

function bundled(style) {
  const flags = style === "mapped" ? ["--enable-source-maps"] : [];
  const steps = [
    ["bundle.js", style],
    [...flags, `bundle/${style}.js`],
  ];
  return { name: `esbuild-${style}`, tool: "esbuild", program: "typescript", steps };
}

// Where heddle must work, or say what to do: how to run which program of this folder.
import { readFileSync } from "node:fs";

/** What every program may import: a CommonJS package and one of ES modules. */
export const PACKAGES = ["ms@2.1.3", "escape-string-regexp@5.0.0"];

/** What is installed beside heddle, by name of the tool. */
export const TOOLS = {
  tsx: ["tsx@4.23.15"],
  esbuild: ["esbuild@0.28.2"],
  "vitest-3": ["vitest@3.2.4"],
  "vitest-4": ["vitest@4.1.12"],
  "jest-29": ["jest@29.7.0"],
  "jest-30": ["jest@30.5.2"],
  tsc: ["typescript@7.0.2"],
  "ts-node": ["ts-node@10.9.2", "typescript@5.9.3"],
  swc: ["@swc/core@1.16.22"],
  webpack: ["webpack@5.112.2"],
};

const text = (name) => readFileSync(new URL(`./eval/${name}`, import.meta.url), "utf8");
/** The REPL reads lines; the program must have ended before it leaves. */
const typedIn = `${text("program.cjs").replace("\ncheck(", "\nawait check(")}.exit\n`;

const imports = readFileSync(new URL("./commonjs/imports.cjs", import.meta.url), "utf8")
  .replace("./orders.cjs", "../commonjs/orders.cjs")
  .replace("\ncheckImports(", "\nvoid checkImports(");
const importsTyped = `${imports.replace("\nvoid checkImports(", "\nawait checkImports(")}.exit\n`;

const TO_COMMON_JS = [
  "--ignoreConfig",
  "--noCheck",
  "--module",
  "commonjs",
  "--target",
  "es2022",
  "--esModuleInterop",
  "main.ts",
  "imports.ts",
];
const READ = ["--permission", "--allow-fs-read=*"];
const STRIP = ["--experimental-strip-types", "--no-warnings"];
const START = ["--allow-worker", "--allow-child-process"];

/**
 * `steps` are arguments of Node, run in the folder `program`; `node` is the oldest version that can, `runtime` another one
 * that runs them. `imports` are those of the program that uses other modules in its functions, with `importsInput`.
 * `refused` is what the error must say where heddle cannot work, `says` what the output must where it can.
 */
export const ENVIRONMENTS = [
  { name: "esm", program: "esm", steps: [["main.js"]], imports: [["imports.js"]] },
  { name: "commonjs", program: "commonjs", steps: [["main.cjs"]], imports: [["imports.cjs"]] },
  { name: "inspect", program: "esm", steps: [["--inspect=0", "main.js"]], imports: [["--inspect=0", "imports.js"]] },
  {
    name: "coverage",
    program: "esm",
    steps: [["main.js"]],
    imports: [["imports.js"]],
    env: { NODE_V8_COVERAGE: "coverage" },
  },
  {
    name: "no-code-generation",
    program: "esm",
    steps: [["--disallow-code-generation-from-strings", "main.js"]],
    imports: [["--disallow-code-generation-from-strings", "imports.js"]],
  },
  {
    name: "frozen-intrinsics",
    program: "esm",
    steps: [["--frozen-intrinsics", "--no-warnings", "main.js"]],
    imports: [["--frozen-intrinsics", "--no-warnings", "imports.js"]],
  },
  { name: "eval", program: "eval", steps: [["-e", text("program.cjs")]], imports: [["-e", imports]] },
  { name: "eval-module", program: "eval", steps: [["--input-type=module", "-e", text("module.js")]] },
  {
    name: "stdin",
    program: "eval",
    steps: [["-"]],
    input: text("program.cjs"),
    imports: [["-"]],
    importsInput: imports,
  },
  { name: "repl", program: "eval", steps: [["-i"]], input: typedIn, imports: [["-i"]], importsInput: importsTyped },
  {
    name: "tsx",
    tool: "tsx",
    program: "typescript",
    steps: [["--import", "tsx", "main.ts"]],
    imports: [["--import", "tsx", "imports.ts"]],
  },
  {
    name: "tsx-command",
    tool: "tsx",
    program: "typescript",
    steps: [["{modules}/tsx/dist/cli.mjs", "main.ts"]],
    imports: [["{modules}/tsx/dist/cli.mjs", "imports.ts"]],
  },
  { name: "type-stripping", program: "typescript", node: "24", steps: [["main.ts"]], imports: [["imports.ts"]] },
  {
    name: "strip-types",
    program: "typescript",
    node: "22",
    steps: [[...STRIP, "main.ts"]],
    imports: [[...STRIP, "imports.ts"]],
  },
  ...["plain", "minify", "keep-names", "mapped"].map((style) => bundled(style)),
  // Private fields become WeakMaps there.
  { ...bundled("es2020"), refused: /_amount: it is a WeakMap, whose entries cannot be listed/ },
  {
    name: "swc",
    tool: "swc",
    program: "typescript",
    steps: [["swc.js"], ["compiled/main.js"]],
    imports: [["compiled/imports.js"]],
  },
  {
    name: "swc-mapped",
    tool: "swc",
    program: "typescript",
    steps: [["swc.js"], ["--enable-source-maps", "compiled/main.js"]],
    imports: [["--enable-source-maps", "compiled/imports.js"]],
  },
  {
    name: "webpack",
    tool: "webpack",
    program: "webpack",
    steps: [["bundle.js", "main"], ["bundle/main.mjs"]],
    imports: [["bundle.js", "imports"], ["bundle/imports.mjs"]],
  },
  {
    name: "ts-node",
    tool: "ts-node",
    program: "ts-node",
    steps: [["--require", "ts-node/register/transpile-only", "main.ts"]],
    imports: [["--require", "ts-node/register/transpile-only", "imports.ts"]],
  },
  {
    name: "tsc-commonjs",
    tool: "tsc",
    program: "ts-node",
    steps: [["{modules}/typescript/bin/tsc", ...TO_COMMON_JS], ["main.js"]],
    imports: [["imports.js"]],
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
    imports: [[...READ, ...START, "--allow-inspector", "imports.js"]],
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
  ...["3", "4"].flatMap((version) => ["forks", "threads", "vmThreads"].map((pool) => vitest(version, pool))),
  ...["29", "30"].map(jest),
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
  const [steps, imports] = ["main", "imports"].map((entry) => [
    ["bundle.js", style, entry],
    [...flags, `bundle/${style}/${entry}.js`],
  ]);
  return { name: `esbuild-${style}`, tool: "esbuild", program: "typescript", steps, imports };
}

function vitest(version, pool) {
  const [steps, imports] = ["smoke", "imports"].map((file) => [
    ["{modules}/vitest/vitest.mjs", "run", "--pool", pool, `${file}.test.ts`],
  ]);
  const name = `vitest-${version}-${pool}`;
  return { name, tool: `vitest-${version}`, program: "vitest", steps, imports, says: /1 passed/ };
}

function jest(version) {
  const [steps, imports] = ["smoke", "imports"].map((file) => [
    ["--experimental-vm-modules", "{modules}/jest/bin/jest.js", `${file}.test.js`],
  ]);
  return { name: `jest-${version}`, tool: `jest-${version}`, program: "jest", steps, imports, says: /1 passed/ };
}

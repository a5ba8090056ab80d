/** The documentation is true: links lead somewhere, programs compile and run and print what the page says. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { before, describe, test } from "node:test";
import { brokenLinks, type Example, pageExamples, pageText, projectFiles, sourceExamples } from "./rig/docs.js";
import { root } from "./rig/root.js";

const pages = projectFiles(".md");
const guides = pages.filter((page) => page === "README.md" || path.dirname(page) === "docs");
const examples = [...guides.flatMap(pageExamples), ...projectFiles(".ts", "src").flatMap(sourceExamples)];

const folder = path.join(root, "build/docs-examples");

/** Longest time for one program of the documentation, in milliseconds. */
const LIMIT = 30_000;

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function runNode(args: readonly string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], timeout: LIMIT });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Writes all programs as files of one small project and compiles it; @returns the compiler's complaints */
async function compile(): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // A program without a top-level import or export would be a script; all of ours import.
  for (const { name, code } of examples) writeFileSync(path.join(folder, `${name}.ts`), code);
  const compilerOptions = {
    rootDir: ".",
    outDir: "out",
    declaration: false,
    declarationMap: false,
    noUnusedLocals: false,
  };
  const project = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"] };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(project));
  const typescript = path.dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  const { stdout, stderr } = await runNode([path.join(typescript, "bin/tsc"), "-p", "tsconfig.json"]);
  return stdout + stderr;
}

/** The compiler's complaints about one program. */
const complaintsAbout = ({ name }: Example, all: string): string =>
  all
    .split("\n")
    .filter((line) => line.startsWith(`${name}.ts(`))
    .join("\n");

test("*.md: every relative link and anchor leads somewhere", () => {
  assert.ok(pages.length > 0);
  assert.deepEqual(pages.flatMap(brokenLinks), []);
});

test("README: every name in the table of what is there today is exported by its module", async () => {
  const rows = [...pageText("README.md").matchAll(/^\| `(heddle\/\w+)` \| (.+) \|$/gm)];
  assert.ok(rows.length > 0);
  for (const [, module = "", names = ""] of rows) {
    const exported = Object.keys((await import(module)) as object);
    const missing = [...names.matchAll(/`(\w+)`/g)]
      .map(([, name]) => name ?? "")
      .filter((name) => !exported.includes(name));
    assert.deepEqual(missing, [], module);
  }
});

describe("programs in README, docs and @example", { concurrency: 2 }, () => {
  let complaints = "";
  before(async () => {
    complaints = await compile();
  });

  test("there are some", () => assert.ok(examples.length > 0));
  for (const example of examples) {
    test(`${example.where} compiles, runs and prints what the page says`, async () => {
      assert.equal(complaintsAbout(example, complaints), "");
      const { code, stdout, stderr } = await runNode(["--enable-source-maps", path.join("out", `${example.name}.js`)]);
      assert.equal(code, 0, stderr || `exit code ${code}`);
      // Nothing fails, and no warning is printed.
      assert.equal(stderr, "");
      if (example.output !== undefined) assert.equal(stdout, example.output);
    });
  }
});

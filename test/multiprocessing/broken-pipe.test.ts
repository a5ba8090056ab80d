/** Output that nobody reads any more, as after `program | head -1`, fails no task. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { root } from "../rig/root.js";

/** Runs it with that stream closed after the first line. @returns what the other one got */
async function withClosed(stream: "stdout" | "stderr", source: string): Promise<string> {
  const folder = mkdtempSync(path.join(root, "build/program-"));
  writeFileSync(path.join(folder, "main.mjs"), source);
  const child = spawn(process.execPath, [path.join(folder, "main.mjs")], { stdio: ["ignore", "pipe", "pipe"] });
  child[stream].once("data", () => child[stream].destroy());
  let text = "";
  const other = stream === "stdout" ? child.stderr : child.stdout;
  other.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  try {
    await new Promise((resolve) => child.once("close", resolve));
    return text;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const kind of ["Pool", "ThreadPool"])
  for (const stream of ["stdout", "stderr"] as const)
    for (const print of [`console.${stream === "stdout" ? "log" : "error"}(text)`, `process.${stream}.write(text)`])
      test(`${kind}: ${print} to a closed ${stream}`, async () => {
        const tell = stream === "stdout" ? "console.error" : "console.log";
        const told = await withClosed(
          stream,
          `import { ${kind} } from "heddle/multiprocessing";
          const pool = new ${kind}(2);
          const text = "y".repeat(100) + "\\n";
          const job = (x) => { for (let i = 0; i < 3000; i++) ${print}; return x; };
          ${tell}(await pool.map(job, [1, 2], { chunkSize: 1 }).catch((error) => error.message));
          await pool.terminate();`,
        );
        assert.equal(told, "[ 1, 2 ]\n");
      });

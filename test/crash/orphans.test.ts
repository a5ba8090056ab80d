/** No process outlives its parent, however the parent ends and whatever the child does. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PARENT = fileURLToPath(new URL("./orphans-parent.js", import.meta.url));

/** @returns true until the process has ended; a zombie has */
function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z";
}

async function goneWithin(pid: number, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  while (isAlive(pid)) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** Starts a program that starts children of that kind, and ends it in that way. @returns the children's pids */
async function childrenOf(kind: string, end: (parent: ReturnType<typeof spawn>) => void): Promise<number[]> {
  const parent = spawn(process.execPath, [PARENT, kind], { stdio: ["ignore", "pipe", "inherit"] });
  const pids = await new Promise<number[]>((resolve) => {
    let text = "";
    parent.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("\n")) resolve(JSON.parse(text.slice(0, text.indexOf("\n"))) as number[]);
    });
  });
  const over = new Promise((resolve) => parent.once("exit", resolve));
  end(parent);
  await over;
  return pids;
}

for (const kind of ["busy", "idle", "pool"]) {
  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
    test(`orphans: a ${kind} child ends after its parent got ${signal}`, async () => {
      const pids = await childrenOf(kind, (parent) => parent.kill(signal));
      assert.ok(pids.length > 0);
      for (const pid of pids) assert.ok(await goneWithin(pid, 5000), `process ${pid} outlives its parent`);
    });
  }
}

test("orphans: daemons end with a program that ends by itself", async () => {
  for (const pid of await childrenOf("daemon", () => {})) assert.ok(await goneWithin(pid, 5000));
});

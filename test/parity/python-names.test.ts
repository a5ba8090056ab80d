/** docs/python-parity.md says of every name of Python's modules what became of it; here it is held to that. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import * as threading from "heddle/threading";
import { pageText } from "../rig/docs.js";

interface Row {
  readonly python: string;
  /** First name in the second column, without options. */
  readonly ours: string;
  readonly status: string;
  readonly why: string;
}

function rowsOf(section: string): Row[] {
  const text = pageText("docs/python-parity.md");
  const part = text.split(`\n## ${section}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = [...part.matchAll(/^\| `([^`]+)` *\| *(?:`([^`]+)`)?[^|]*\| *(\w+) *\| *([^|]*?) *\|$/gm)];
  return rows.map(([, python = "", ours = "", status = "", why = ""]) => ({ python, ours, status, why }));
}

const rows = rowsOf("threading");

test("threading: every row has a status, and all but `same` say why", () => {
  assert.ok(rows.length > 40, `${rows.length} rows`);
  for (const { python, status, why } of rows) {
    assert.ok(["same", "differs", "absent"].includes(status), `${python}: ${status}`);
    if (status !== "same") assert.notEqual(why, "", python);
  }
});

test("threading: what is said to be there is there, what is absent is not", () => {
  for (const { python, ours, status } of rows) {
    const [name = "", member] = ours.replace(/\(.*/, "").split(".");
    if (ours === "") assert.equal(status, "absent", python);
    else if (ours === "ThreadError")
      continue; // a type
    else {
      const found = (threading as Record<string, unknown>)[name];
      assert.equal(typeof found, "function", `${python}: ${name}`);
      if (member) assert.ok(member in (found as { prototype: object }).prototype, `${python}: ${ours}`);
    }
  }
});

test("threading: Python's own list of names is covered", (t) => {
  const list = `import threading; print("\\n".join(threading.__all__))`;
  const { status, stdout } = spawnSync("python3", ["-c", list], { encoding: "utf8" });
  if (status !== 0) return t.skip("there is no python3");
  const known = new Set(rows.map(({ python }) => python));
  assert.deepEqual(
    stdout
      .trim()
      .split("\n")
      .filter((name) => !known.has(name)),
    [],
  );
});

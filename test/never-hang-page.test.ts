/** docs/never-hang.md shows every case of bench/torture, with every library: whoever adds one runs `npm run torture -- --page`. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { pageText } from "./rig/docs.js";
import { root } from "./rig/root.js";

interface Cases {
  readonly CASES: Record<string, { readonly title: string }>;
}

const page = pageText("docs/never-hang.md");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test("every case is a row", async () => {
  const file = path.join(root, "bench/torture/cases.js");
  const { CASES } = (await import(pathToFileURL(file).href)) as Cases;
  const titles = Object.values(CASES).map(({ title }) => title);
  assert.ok(titles.length > 20);
  assert.deepEqual(
    titles.filter((title) => !rows.some(([first]) => first === title)),
    [],
  );
});

test("every library is a column, without an empty cell", () => {
  const tables = rows.filter(([first]) => first === "what happens" && rows.length > 0).slice(1);
  const columns = tables.flatMap((head) => head.slice(1));
  assert.equal(columns.length, readdirSync(path.join(root, "bench/torture/faces")).length);
  const start = rows.indexOf(tables[0]!);
  assert.deepEqual(
    rows.slice(start).filter((row) => row.includes("")),
    [],
  );
});

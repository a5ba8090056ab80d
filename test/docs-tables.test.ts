/** The tables of the documentation are whole and true: each public name and member has a row, each row a member. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Exported, exportsOf, type Member, modules } from "./rig/public-api.js";
import { type Row, referenceOf } from "./rig/reference.js";

const namesOf = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ entries }) => entries.map(({ name }) => name)).sort();

const written = ({ name, isMethod }: Member): string => (isMethod ? `${name}()` : name);

/** Names that share one heading, and what kind of export they are. */
const LISTS = { Functions: "value", Errors: "error", Types: "type" } as const;

for (const module of modules) {
  describe(`docs/${module}.md`, () => {
    const exported = exportsOf(module);
    const tables = referenceOf(`docs/${module}.md`);

    test("its declarations were understood: they name what it exports", async () => {
      const names = exported.filter(({ kind }) => kind !== "type").map(({ name }) => name);
      assert.deepEqual(names.sort(), Object.keys((await import(`heddle/${module}`)) as object).sort());
    });

    test("has a table for each class, and for nothing else", () => {
      const classes = exported.filter(({ kind, name }) => kind === "class" || tables.has(name));
      const headings = [...tables.keys()].filter((heading) => !(heading in LISTS));
      assert.deepEqual(headings.sort(), classes.map(({ name }) => name).sort());
    });

    for (const [heading, kind] of Object.entries(LISTS)) {
      test(`${heading}: the rows are what the module exports`, () => {
        const names = exported.filter((one) => one.kind === kind && !tables.has(one.name)).map(({ name }) => name);
        assert.deepEqual(namesOf(tables.get(heading) ?? []), names.sort());
      });
    }

    test("functions are written as calls", () => {
      const entries = (tables.get("Functions") ?? []).flatMap((row) => row.entries);
      assert.deepEqual(
        entries.filter(({ isCall }) => !isCall),
        [],
      );
    });

    for (const { name, members } of exported.filter((one) => tables.has(one.name))) {
      test(`${name}: the rows are its public members`, () => assertMembers(tables.get(name) ?? [], members));
    }

    test("errors and types name their fields", () => {
      const rows = [...(tables.get("Errors") ?? []), ...(tables.get("Types") ?? [])];
      assert.deepEqual(
        exported.filter(({ name }) => !tables.has(name)).flatMap((one) => unnamedFields(one, rows)),
        [],
      );
    });

    test("what is marked is a property, and a method in Python; nothing else is", () => {
      for (const row of [...tables.values()].flat().filter(({ cells }) => cells.length === 3)) {
        const [, python = ""] = row.cells;
        const becameProperty = row.entries.every(({ isCall }) => !isCall) && /\(\)`/.test(python);
        assert.equal(row.isMarked, becameProperty, row.cells.join(" | "));
      }
    });
  });
}

function assertMembers(rows: readonly Row[], members: readonly Member[]): void {
  const entries = rows.flatMap((row) => row.entries);
  const found = entries.map(({ name, isCall }) => written({ name, isMethod: isCall }));
  assert.deepEqual(found.sort(), members.map(written).sort());
}

/** Fields of an error or interface that its row does not name. */
function unnamedFields({ name, members }: Exported, rows: readonly Row[]): string[] {
  const row = rows.find(({ entries }) => entries.some((entry) => entry.name === name));
  const text = [...(row?.cells.slice(1).join(" ") ?? "").matchAll(/`[^`]+`/g)].join(" ");
  const fields = members.filter((member) => member.name !== "new").map((member) => member.name);
  return fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(text)).map((field) => `${name}.${field}`);
}

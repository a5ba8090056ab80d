/** docs/python-parity.md says of every name of Python's modules what became of it; here it is held to that. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { pageText } from "../rig/docs.js";
import { exportsOf, modules } from "../rig/public-api.js";

interface Row {
  /** Names that share the row. */
  readonly python: readonly string[];
  /** In the second column, without options: `Thread.join`, `shared.Value`; empty if there is none. */
  readonly ours: string;
  readonly status: string;
  readonly why: string;
}

const SECTIONS = ["threading", "queue", "multiprocessing", "concurrent.futures", "asyncio", "time", "pickle"];
const STATUSES = ["same", "differs", "later", "absent"];

function rowsOf(section: string): Row[] {
  const part = pageText("docs/python-parity.md").split(`\n## ${section}\n`)[1]?.split("\n## ")[0] ?? "";
  return [...part.matchAll(/^\| (`.*) \|$/gm)].map(([, line = ""]) => {
    const [python = "", ours = "", status = "", why = ""] = line.split("|").map((cell) => cell.trim());
    const names = [...python.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    return { python: names, ours: /^`([\w.]+)/.exec(ours)?.[1] ?? "", status, why };
  });
}

type Class = { readonly prototype: object };

/** Whether `Thread.join` is exported by the module, or `shared.Value` by another. */
async function exists(module: string, ours: string): Promise<boolean> {
  const [first = "", ...rest] = ours.split(".");
  if (modules.includes(first)) return exists(first, rest.join("."));
  const [member] = rest;
  const found = exportsOf(module).find(({ name }) => name === first);
  if (found === undefined || member === undefined || has(found.members, member)) return found !== undefined;
  // A member of a public base class is listed with that.
  const exported = ((await import(`heddle/${module}`)) as Record<string, Class | undefined>)[first];
  return exported !== undefined && member in exported.prototype;
}

const has = (members: readonly { name: string }[], name: string): boolean =>
  members.some((member) => member.name === name);

/** Python's public names of a module, and of the classes that have a counterpart here; undefined without Python. */
function pythonNames(module: string, classes: readonly string[]): string[] | undefined {
  const program = `
import importlib, inspect, json, sys
module, classes = importlib.import_module(sys.argv[1]), json.loads(sys.argv[2])
names = [n for n in getattr(module, "__all__", None) or dir(module) if not (n[0] == "_" and n[1] == "_") and not n.isupper()]
for name in classes:
    found = getattr(module, name, None)
    if not inspect.isclass(found) or issubclass(found, (BaseException, tuple)): continue
    # Members of a class that has rows of its own are listed with that.
    bases = [base for base in found.__mro__[1:] if base.__name__ in classes]
    names += [name + "." + m for m in dir(found) if m[0] != "_" and not any(hasattr(base, m) for base in bases)]
print(json.dumps(names))`;
  const { status, stdout } = spawnSync("python3", ["-c", program, module, JSON.stringify(classes)], {
    encoding: "utf8",
  });
  return status === 0 ? (JSON.parse(stdout) as string[]) : undefined;
}

const isThere = ({ status }: Row): boolean => status === "same" || status === "differs";

for (const section of SECTIONS) {
  describe(`docs/python-parity.md: ${section}`, () => {
    const rows = rowsOf(section);

    test("every row has a status, and all but `same` and `later` say why", () => {
      assert.ok(rows.length > 0);
      for (const { python, status, why } of rows) {
        assert.ok(STATUSES.includes(status), `${python}: ${status}`);
        if (status === "differs" || status === "absent") assert.notEqual(why, "", `${python}`);
      }
    });

    test("what is said to be there is there", async () => {
      const module = section.replace(/^.*\./, "");
      for (const row of rows) {
        assert.equal(row.ours !== "", isThere(row), `${row.python}: ${row.status}`);
        if (row.ours !== "") assert.ok(await exists(module, row.ours), `${row.python}: ${row.ours}`);
      }
    });

    test("no name has two rows", () => {
      const names = rows.flatMap(({ python }) => python);
      assert.deepEqual(names, [...new Set(names)]);
    });

    test("Python's own lists of names are covered", (t) => {
      const known = new Set(rows.flatMap(({ python }) => python));
      const classes = rows.filter(isThere).flatMap(({ python }) => python.filter((name) => /^[A-Z]\w+$/.test(name)));
      const names = pythonNames(section, classes);
      if (names === undefined) return t.skip("there is no python3");
      assert.deepEqual(
        names.filter((name) => !known.has(name)),
        [],
      );
    });
  });
}

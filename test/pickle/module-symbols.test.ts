/** Symbols that modules share, and those of Node: an object marked with one is marked where it arrives. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Away } from "./rig.js";

const folder = mkdtempSync(path.join(tmpdir(), "heddle-symbols-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Marked {
  isMarked(): boolean;
}
interface Exported {
  readonly Leaf: new () => Marked;
  readonly marks: { readonly mark: symbol };
}

const CLASSES = ["Trunk", "Branch", "Twig", "Leaf"];

/** Four classes in four files; the symbol is in a fifth. */
function commonJs(): Exported {
  writeFileSync(path.join(folder, "marks.cjs"), 'exports.mark = Symbol("mark");');
  const base = "{ constructor() { this[mark] = true; } isMarked() { return this[mark] === true; } }";
  writeFileSync(
    path.join(folder, "Trunk.cjs"),
    `const { mark } = require("./marks.cjs"); module.exports = class Trunk ${base};`,
  );
  for (const [i, name] of CLASSES.entries()) {
    if (i === 0) continue;
    const text = `module.exports = class ${name} extends require("./${CLASSES[i - 1]}.cjs") { at${i}() {} };`;
    writeFileSync(path.join(folder, `${name}.cjs`), text);
  }
  const require = createRequire(import.meta.url);
  return { Leaf: require(path.join(folder, "Leaf.cjs")), marks: require(path.join(folder, "marks.cjs")) };
}

async function esModules(): Promise<Exported> {
  writeFileSync(path.join(folder, "marks.mjs"), 'export const mark = Symbol("mark");');
  const base = "{ constructor() { this[mark] = true; } isMarked() { return this[mark] === true; } }";
  writeFileSync(
    path.join(folder, "Trunk.mjs"),
    `import { mark } from "./marks.mjs"; export default class Trunk ${base};`.replace(/;$/, ""),
  );
  for (const [i, name] of CLASSES.entries()) {
    if (i === 0) continue;
    const head = `import Base from "./${CLASSES[i - 1]}.mjs";`;
    writeFileSync(
      path.join(folder, `${name}.mjs`),
      `${head} export default class ${name} extends Base { at${i}() {} }`,
    );
  }
  const load = (file: string): Promise<{ default: unknown }> => import(pathToFileURL(path.join(folder, file)).href);
  return {
    Leaf: (await load("Leaf.mjs")).default as Exported["Leaf"],
    marks: (await load("marks.mjs")) as unknown as Exported["marks"],
  };
}

for (const to of ["thread", "process"] as const)
  describe(`symbols in a ${to}`, () => {
    test("one that a sibling of a base class exports, CommonJS and ES modules", async () => {
      await using away = new Away(to);
      for (const { Leaf } of [commonJs(), await esModules()])
        assert.equal(await away.call((leaf: Marked) => leaf.isMarked(), [new Leaf()]), true);
    });

    test("one that is captured, or reached through the exports, is that of the module there", async () => {
      await using away = new Away(to);
      const { Leaf, marks } = commonJs();
      const { mark } = marks;
      const look = (leaf: Marked): unknown[] => [
        (leaf as never)[mark],
        (leaf as never)[marks.mark],
        (new Leaf() as never)[mark],
      ];
      assert.deepEqual(await away.call(look, [new Leaf()]), [true, true, true]);
      assert.equal(await away.call(() => mark), mark);
    });

    test("those that Node puts on emitters", async () => {
      await using away = new Away(to);
      class Job extends EventEmitter {
        count = 1;
      }
      const job = new Job({ captureRejections: true }).on("add", function (this: Job, n: number) {
        this.count += n;
      });
      const look = (each: Job): unknown[] => {
        each.emit("add", 2);
        const own = Object.getOwnPropertySymbols(new EventEmitter());
        return [each.count, Object.getOwnPropertySymbols(each).every((symbol) => own.includes(symbol))];
      };
      assert.deepEqual(await away.call(look, [job]), [3, true]);
      assert.deepEqual(Object.getOwnPropertySymbols(await away.call(() => job)), Object.getOwnPropertySymbols(job));
    });
  });

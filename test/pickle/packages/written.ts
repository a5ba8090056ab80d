/** Packages and modules that a test writes to a folder of its own, which is gone when the test file is done. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";

export interface Written {
  /** As the program would: `require("./index.cjs")`, or a package by its name. */
  readonly require: NodeJS.Require;
  /** As `import()` in the program. */
  load<T>(file: string): Promise<T>;
}

/** @returns the folder with these files in it, by their paths */
export function written(files: Readonly<Record<string, string>>): Written {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "heddle-package-")));
  after(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const require = createRequire(join(folder, "program.js"));
  return { require, load: (file) => import(pathToFileURL(join(folder, file)).href) };
}

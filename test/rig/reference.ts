/** The tables under "Reference" in the pages of the modules, read as a test does. */
import { pageText } from "./docs.js";

/** A row of a table: what the first cell names, and the rest. */
export interface Row {
  /** `join`, `new`, `[Symbol.dispose]`; with the parentheses of a call, if there are some. */
  readonly entries: readonly { readonly name: string; readonly isCall: boolean }[];
  /** Marked as a property that Python has as a method. */
  readonly isMarked: boolean;
  readonly cells: readonly string[];
}

/** @returns the rows under each heading of the page's reference, by heading */
export function referenceOf(page: string): Map<string, Row[]> {
  const [, reference = ""] = pageText(page).split("\n## Reference\n");
  const sections = (reference.split("\n## ")[0] ?? "").split("\n### ").slice(1);
  return new Map(sections.map((section) => [(/^`?(\w+)/.exec(section) ?? [])[1] ?? "", rowsOf(section)]));
}

function rowsOf(section: string): Row[] {
  const lines = [...section.matchAll(/^\| (.*) \|$/gm)].map(([, line = ""]) => line);
  return lines.slice(2).map((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const [first = ""] = cells;
    const entries = [...first.matchAll(/`(?:(new) \w+|(\[[\w.]+\]|[\w.]+))(\()?[^`]*`/g)].map(
      ([, isNew, name = "", call]) => ({ name: isNew ?? name, isCall: call !== undefined }),
    );
    return { entries, isMarked: first.endsWith("†"), cells };
  });
}

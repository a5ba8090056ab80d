// The table of docs/packages.md: what came of each package, in one cell for each way to send something of it.
const KINDS = ["used", "captured", "argument", "result", "error"];
const HEAD = ["package", "", "used", "captured", "as argument", "as result", "its error thrown"];
const [START, END] = ["<!-- table: npm run test:packages -->\n", "<!-- end -->\n"];

/**
 * @param {string} name
 * @param {string} version
 * @param {readonly { program: string, kind: string, where: string, outcome: string, message: string }[]} outcomes
 * @returns {string[]} the cells of a row
 */
export function rowOf(name, version, outcomes) {
  return [name, version, ...KINDS.map((kind) => cellOf(outcomes.filter((one) => one.kind === kind)))];
}

/** One cell stands for all programs, in threads and in processes: the worst of them. */
function cellOf(outcomes) {
  if (outcomes.length === 0) return "";
  const wrong = outcomes.filter(({ outcome }) => outcome === "wrong");
  if (wrong.length === outcomes.length) return "wrong";
  if (wrong.length > 0) return `wrong: ${wrong.map(({ program, where }) => `${program} in a ${where}`).join(", ")}`;
  const refused = outcomes.find(({ outcome }) => outcome === "refused");
  return refused ? `refused: ${refused.message}` : "yes";
}

/** How many cells say what, for each kind. */
export function totals(rows) {
  return KINDS.map((kind, i) => {
    const cells = rows.map((row) => row[i + 2]).filter((cell) => cell !== "");
    const count = (start) => cells.filter((cell) => cell.startsWith(start)).length;
    return { kind, yes: count("yes"), refused: count("refused"), wrong: count("wrong"), all: cells.length };
  });
}

/** @returns {string} the page with the table in place of the one it has */
export function withTable(page, rows) {
  const [before, rest] = page.split(START);
  const [, after] = (rest ?? "").split(END);
  if (after === undefined) throw new Error(`docs/packages.md has lost its marks: ${START}, ${END}`);
  return `${before}${START}\n${tableOf(rows)}\n${END}${after}`;
}

function tableOf(rows) {
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const line = (cells, fill = " ") => `| ${cells.map((cell, i) => cell.padEnd(widths[i], fill)).join(" | ")} |\n`;
  return [
    line(HEAD),
    line(
      HEAD.map(() => ""),
      "-",
    ),
    ...rows.map((row) => line(row)),
  ].join("");
}

/** @returns {string[][]} the cells of the table of a page, without its head */
export function rowsOf(page) {
  const table = page.split(START)[1]?.split(END)[0] ?? "";
  const lines = table.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

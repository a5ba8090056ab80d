/** Tables of verdicts, one for each kind of worker, between marks of a page. */
const [START, END] = ["<!-- table: npm run torture -->\n", "<!-- end -->\n"];

/** What stands in a cell: what hurts stands out. */
const SHOWN = { right: "right", "in words": "in words", vague: "vague", none: "-" };

function cellOf(verdict) {
  if (verdict === undefined) return "";
  const { outcome, remark } = verdict;
  const word = SHOWN[outcome] ?? `**${outcome}**`;
  return remark ? `${word}: ${remark.replaceAll("|", "\\|")}` : word;
}

function tableOf(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const line = (cells, fill = " ") => `| ${cells.map((cell, i) => cell.padEnd(widths[i], fill)).join(" | ")} |\n`;
  return [
    line(head),
    line(
      head.map(() => ""),
      "-",
    ),
    ...rows.map((row) => line(row)),
  ].join("");
}

/** How often what: hung and crashed, wrong, vague, in words, right. */
function totals(faces, cases, results) {
  return faces.map(({ title, version, id }) => {
    const outcomes = cases.map((one) => results[one]?.[id]?.outcome);
    const count = (...wished) => String(outcomes.filter((outcome) => wished.includes(outcome)).length);
    const cells = [count("right"), count("in words"), count("vague"), count("wrong"), count("hangs", "crashes")];
    return [`${title} ${version}`, ...cells, count("none")];
  });
}

/**
 * @param {{ cases: Record<string, string>, faces: { id: string, title: string, version: string, kind: string }[],
 *   results: Record<string, Record<string, { outcome: string, remark: string }>>, about: string }} run
 * @returns {string} what stands between the marks
 */
export function textOf({ cases, faces, results, about }) {
  const ids = Object.keys(cases);
  const sections = ["threads", "processes"].flatMap((kind) => {
    const ours = faces.filter((face) => face.kind === kind);
    if (ours.length === 0) return [];
    const rows = ids
      .filter((id) => ours.some((face) => (results[id]?.[face.id]?.outcome ?? "none") !== "none"))
      .map((id) => [cases[id], ...ours.map((face) => cellOf(results[id]?.[face.id]))]);
    const sum = totals(ours, ids, results);
    const title = kind === "threads" ? "Threads" : "Processes";
    return [
      `\n### ${title}\n\n`,
      tableOf(["library", "right", "in words", "vague", "wrong", "hangs or crashes", "no such thing"], sum),
      "\n",
      tableOf(["what happens", ...ours.map((face) => face.title)], rows),
    ];
  });
  return `${about}\n${sections.join("")}`;
}

/** @returns {string} the page with this text in place of what it has */
export function withText(page, text) {
  const [before, rest] = page.split(START);
  const [, after] = (rest ?? "").split(END);
  if (after === undefined) throw new Error(`The page has lost its marks: ${START}, ${END}`);
  return `${before}${START}\n${text}\n${END}${after}`;
}

/** The figures of bench/pool as a reader sees them: tables between marks of a page, and a chart of the headline rows. */
const [START, END] = ["<!-- table: npm run bench:pool -->\n", "<!-- end -->\n"];

const CONTESTANTS = ["executor", "floor", "piscina", "tinypool", "workerpool", "poolifier", "comlink", "python"];

/** Jobs of the chart, with the titles that they have there. */
const HEADLINES = {
  many: "50,000 small tasks in flight",
  single: "one task after another",
  "map-auto": "map of 100,000 numbers",
  start: "import to the first results",
};

const show = (figure) =>
  figure === null || figure === undefined ? "" : Number(figure.toPrecision(3)).toLocaleString("en-US");

/** Ours, then theirs with how often ours goes into it. */
function rowOf(figures, contestants) {
  const theirs = contestants.map((who) => {
    const ratio = figures[`${who} / heddle`];
    return figures[who] === undefined || figures[who] === null
      ? ""
      : `${show(figures[who])}${ratio ? ` (${show(ratio)}x)` : ""}`;
  });
  return [`\`${figures.job}\``, figures.what, show(figures.heddle), ...theirs];
}

function tableOf(record) {
  const contestants = CONTESTANTS.filter((who) => record.figures.some((row) => typeof row[who] === "number"));
  const rows = [["job", "figure", "heddle", ...contestants], ...record.figures.map((row) => rowOf(row, contestants))];
  const widths = rows[0].map((_, i) => Math.max(3, ...rows.map((row) => row[i].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  const [head, ...body] = rows.map(line);
  return [head, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body].join("\n");
}

/** @returns {string} a table for each record, under what it was measured on */
export function tablesOf(records) {
  const sections = records.map((record) => {
    const { date, commit, machine, rounds, python, peers } = record;
    const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
    const about =
      `${date.slice(0, 10)}, Node ${machine.node.slice(1)}, ${python}, ${versions.join(", ")}; ${machine.platform}, ` +
      `${machine.cores} cores (${machine.cpu}), load ${machine.load.toFixed(1)} at the start; ` +
      `medians of ${rounds} interleaved rounds, commit \`${commit}\`.`;
    return `${about}\n\n${tableOf(record)}\n`;
  });
  return sections.join("\n");
}

/** @returns {string} the page with these tables in place of those it has */
export function withTables(page, tables) {
  const [before, rest] = page.split(START);
  const [, after] = (rest ?? "").split(END);
  if (after === undefined) throw new Error(`The page has lost its marks: ${START}, ${END}`);
  return `${before}${START}\n${tables}\n${END}${after}`;
}

const [WIDTH, BAR, GAP, LABEL, LEFT] = [760, 18, 6, 34, 110];

const text = (x, y, words, more = "") => `<text x="${x}" y="${y}" ${more}>${words}</text>`;

/** One job: a bar for each contestant, the longest as long as there is room; shorter is better. */
function group(figures, top) {
  const bars = ["heddle", ...CONTESTANTS]
    .filter((who) => typeof figures[who] === "number")
    .map((who) => ({ who, figure: figures[who] }))
    .sort((a, b) => a.figure - b.figure);
  const longest = Math.max(...bars.map(({ figure }) => figure));
  const unit = figures.what.split(/[ :]/)[0];
  const shapes = bars.map(({ who, figure }, i) => {
    const y = top + LABEL + i * (BAR + GAP);
    const width = Math.max(1, ((WIDTH - LEFT - 130) * figure) / longest).toFixed(1);
    const colour = who === "heddle" ? "#0a7d5a" : who === "floor" ? "#c9c9c9" : "#8a97a8";
    return [
      text(LEFT - 8, y + BAR - 4, who === "floor" ? "bare workers" : who, 'text-anchor="end"'),
      `<rect x="${LEFT}" y="${y}" width="${width}" height="${BAR}" rx="2" fill="${colour}"/>`,
      text(LEFT + Number(width) + 6, y + BAR - 4, `${show(figure)} ${unit}`),
    ].join("\n");
  });
  const title = text(0, top + 20, HEADLINES[figures.job], 'font-weight="600"');
  return { svg: [title, ...shapes].join("\n"), height: LABEL + bars.length * (BAR + GAP) + 14 };
}

/** @returns {string} an SVG of the headline rows of a record, readable on light and dark pages */
export function chartOf(record) {
  const rows = Object.keys(HEADLINES).map((job) => record.figures.find((figures) => figures.job === job));
  let height = 0;
  const groups = rows
    .filter((figures) => figures !== undefined && figures.heddle !== null)
    .map((figures) => {
      const { svg, height: own } = group(figures, height);
      height += own;
      return svg;
    });
  const { machine, date } = record;
  const about = `Two workers, shorter is better. Node ${machine.node.slice(1)}, ${machine.cores} cores, ${date.slice(0, 10)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height + 24}" font-family="system-ui, sans-serif" font-size="13">
<style>text { fill: #24292f } @media (prefers-color-scheme: dark) { text { fill: #d0d7de } }</style>
${groups.join("\n")}
${text(0, height + 14, about, 'font-size="11"')}
</svg>
`;
}

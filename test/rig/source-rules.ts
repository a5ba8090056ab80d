/** The rules of the architecture as functions of source text, so that tests can show that each rule catches something. */
import path from "node:path";

/** File names, relative to src, to their text. */
export type Sources = ReadonlyMap<string, string>;

/** Lowest row first. A folder may import itself and the rows under it; folders of one row do not know each other. */
const ROWS: readonly (readonly string[])[] = [
  ["platform"],
  ["memory"],
  ["sync", "future", "depot"],
  ["pickle"],
  ["objects"],
  ["locks"],
  ["channel"],
  ["worker"],
  ["pool"],
  ["time", "shared", "queue"],
  ["threading"],
  ["futures"],
  ["multiprocessing", "asyncio"],
  ["observe", "cli", "cluster"],
];

const MOST_LINES = 300;

/**
 * Types that point back: a part names the type of the whole that it is part of, and is loaded without it. Between values there
 * is no circle, and between types no other than through these.
 */
const POINTS_BACK: readonly (readonly [part: string, whole: string])[] = [
  ["threading/excepthook.ts", "threading/thread.ts"],
  ["threading/revival.ts", "threading/thread.ts"],
  ["threading/roster.ts", "threading/thread.ts"],
  ["threading/thread-options.ts", "threading/thread.ts"],
  ["asyncio/done-callback.ts", "asyncio/task.ts"],
  ["asyncio/scope.ts", "asyncio/runner.ts"],
  ["asyncio/scope.ts", "asyncio/task.ts"],
  ["channel/readings.ts", "channel/queue-core.ts"],
  ["sync/monitor.ts", "sync/mutex.ts"],
  ["pickle/encode/encoder.ts", "pickle/pickle.ts"],
  ["pickle/rebuilt.ts", "pickle/live/function-facts.ts"],
];

/** Names that only some files may use: the seams to the platform. */
const RESERVED: readonly { readonly name: RegExp; readonly what: string; readonly allowed: RegExp }[] = [
  {
    what: "Atomics",
    name: /\bAtomics\b/,
    allowed: /^(memory\/|platform\/waiting\/pump\.ts$|worker\/orphan-watch\.ts$)/,
  },
  {
    what: "timers of its own",
    name: /(?<![.\w"])(?:(?:set|clear)(?:Timeout|Interval|Immediate)\(|queueMicrotask\(|performance\.now\(|Date\.now\(|process\.(?:hrtime|nextTick)\()|"node:timers/,
    allowed: /^platform\/waiting\/timers\.ts$|^worker\/orphan-watch\.ts$/, // there, text that runs in a thread without modules
  },
  {
    what: "an error whose stack does not begin at the caller (typeError, rangeError)",
    name: /\bnew (?:TypeError|RangeError)\(/,
    allowed: /^platform\/errors\/errors\.ts$/,
  },
  { what: "node:worker_threads", name: /"node:worker_threads"/, allowed: /^(platform|memory|depot|worker)\// },
  { what: "node:child_process", name: /"node:child_process"/, allowed: /^worker\// },
];

/** Every broken rule, as `file: what is wrong`. */
export function brokenRules(sources: Sources): string[] {
  const broken = [...sources].flatMap(([file, text]) => {
    const code = withoutComments(text);
    const wrong = [
      ...wrongImports(file, code),
      ...wrongLength(text),
      ...reservedNames(file, code),
      ...wrongIndex(file, code),
    ];
    return wrong.map((what) => `${file}: ${what}`);
  });
  return [...broken, ...circles(graphOf(sources))];
}

/** What each file imports at its head: what it imports later it can be loaded without. */
type Graph = ReadonlyMap<string, readonly { readonly target: string; readonly typesOnly: boolean }[]>;

/** @returns for each circle of files one way around it; types that point back close none */
function circles(graph: Graph, pointsBack = POINTS_BACK): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    const begin = way.indexOf(file);
    if (begin >= 0) found.push(`${file}: is in a circle: ${[...way.slice(begin), file].join(" -> ")}`);
    if (begin >= 0 || done.has(file)) return;
    for (const { target, typesOnly } of graph.get(file) ?? [])
      if (!typesOnly || !pointsBack.some(([part, whole]) => part === file && whole === target))
        visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

/** @returns the exceptions that close no circle any more, as `part -> whole` */
export function unusedExceptions(sources: Sources, pointsBack = POINTS_BACK): string[] {
  const graph = graphOf(sources);
  return pointsBack
    .filter(
      (each) =>
        circles(
          graph,
          pointsBack.filter((other) => other !== each),
        ).length === 0,
    )
    .map(([part, whole]) => `${part} -> ${whole}`);
}

function graphOf(sources: Sources): Graph {
  return new Map(
    [...sources].map(([file, text]) => {
      const imports = withoutComments(text).matchAll(/^(?:import|export)\b([^;"]*?)(?:\bfrom )?"(\.[^"]+)"/gm);
      const heads = [...imports].map(([, what = "", target = ""]) => ({
        target: path.posix.join(path.posix.dirname(file), target).replace(/\.js$/, ".ts"),
        typesOnly: isTypesOnly(what),
      }));
      return [file, heads] as const;
    }),
  );
}

/** @param what stands between `import` and `from` */
function isTypesOnly(what: string): boolean {
  if (/^\s*type\s/.test(what)) return true;
  const names = /\{([^}]*)\}/.exec(what)?.[1]?.split(",") ?? [];
  return names.length > 0 && names.every((name) => name.trim() === "" || /^\s*type\s/.test(name));
}

/** Rows of the architecture that have a folder now, highest first, as the map in ARCHITECTURE.md is drawn. */
export function rowsWith(folders: ReadonlySet<string>): string[][] {
  const rows = ROWS.map((row) => row.filter((name) => folders.has(name)).sort());
  return rows.filter((row) => row.length > 0).reverse();
}

function wrongImports(file: string, code: string): string[] {
  if (!file.includes("/")) return []; // the root's index re-exports everything
  const own = rowOf(file);
  if (own === undefined) return [`folder "${folderOf(file)}" is in no row of the architecture`];
  return importsOf(file, code)
    .filter((target) => folderOf(target) !== folderOf(file) && !((rowOf(target) ?? ROWS.length) < own))
    .map((target) => `imports ${target}, which is not below it`);
}

/** Files of src that `file` imports, as static, dynamic or type import. */
function importsOf(file: string, code: string): string[] {
  return [...code.matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, target]) =>
    path.posix.join(path.posix.dirname(file), target ?? ""),
  );
}

function rowOf(file: string): number | undefined {
  const row = ROWS.findIndex((folders) => folders.includes(folderOf(file)));
  return row === -1 ? undefined : row;
}

const folderOf = (file: string): string => file.slice(0, Math.max(0, file.indexOf("/")));

function wrongLength(text: string): string[] {
  const lines = text.trimEnd().split("\n").length;
  return lines > MOST_LINES ? [`has ${lines} lines, more than ${MOST_LINES}`] : [];
}

function reservedNames(file: string, code: string): string[] {
  const values = code.replaceAll(/^(import|export) type [^;]*;/gm, ""); // types are gone when the program runs
  return RESERVED.filter(({ name, allowed }) => name.test(values) && !allowed.test(file)).map(
    ({ what }) => `uses ${what}`,
  );
}

function wrongIndex(file: string, code: string): string[] {
  if (path.posix.basename(file) !== "index.ts") return [];
  const rest = code.replaceAll(/^export (type )?(\*( as \w+)?|\{[^}]*\}) from "[^"]+";$/gm, "").trim();
  return rest === "" ? [] : [`does more than re-export: ${rest.split("\n")[0]}`];
}

/** The text with comments blanked; strings that hold comment signs are kept whole. */
function withoutComments(text: string): string {
  return text.replaceAll(/"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/.*/g, (match) =>
    match.startsWith("/") ? "" : match,
  );
}

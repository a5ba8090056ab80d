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
  ["time", "shared", "queue", "futures"],
  ["threading"],
  ["multiprocessing", "asyncio"],
  ["observe", "cli", "cluster"],
];

const MOST_LINES = 300;

/** Names that only some files may use: the seams to the platform. */
const RESERVED: readonly { readonly name: RegExp; readonly what: string; readonly allowed: RegExp }[] = [
  {
    what: "Atomics",
    name: /\bAtomics\b/,
    allowed: /^(memory\/|sync\/park\.ts$|platform\/waiting\/pump\.ts$|worker\/orphan-watch\.ts$)/,
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
  return [...sources].flatMap(([file, text]) => {
    const code = withoutComments(text);
    const wrong = [
      ...wrongImports(file, code),
      ...wrongLength(text),
      ...reservedNames(file, code),
      ...wrongIndex(file, code),
    ];
    return wrong.map((what) => `${file}: ${what}`);
  });
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

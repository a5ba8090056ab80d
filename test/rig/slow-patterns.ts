/**
 * Finds regular expressions whose time grows faster than the text. The texts are made of what the pattern itself speaks of:
 * one or two of its words and signs again and again, behind a beginning, with an end that fits nowhere.
 */
import vm from "node:vm";

/** A pattern and a text for which it takes too long. */
export interface Slow {
  readonly pattern: RegExp;
  readonly text: string;
  readonly why: string;
}

/** Characters of the first, short texts. */
const SHORT = 120;
const HANGS_MS = 3000;
/** Characters of a text. A pattern that looks at each once takes some 15 µs, one that goes back to each some 30 ms. */
const LENGTH = 8000;
const SUSPECT_MS = 0.5;
const GIVE_UP_MS = 20_000;
/** A suspect gets a text so many times as long. In proportion it would take so many times as long; going back, the square of it. */
const LONGER = 4;
const WORST_GROWTH = 9;
/** Words and signs of a pattern that texts are made of. */
const MOST_PIECES = 12;

/** @returns the first text found for which the pattern takes too long */
export function slowText(pattern: RegExp): Slow | undefined {
  const makers = textsFor(pattern);
  return (
    withinTime(pattern, makers, HANGS_MS, () => undefined, SHORT) ??
    withinTime(pattern, makers, GIVE_UP_MS, grows, LENGTH)
  );
}

type Maker = (length: number) => string;

/** Tries all texts of that length, and asks `isSlow` about each that took long. */
function withinTime(
  pattern: RegExp,
  makers: readonly Maker[],
  timeout: number,
  isSlow: (pattern: RegExp, make: Maker) => string | undefined,
  length: number,
): Slow | undefined {
  let text = "";
  let slow: Slow | undefined;
  const search = (): void => {
    for (const make of makers) {
      text = make(length);
      const why = timeOf(pattern, text) < SUSPECT_MS ? undefined : isSlow(pattern, make);
      if (why === undefined) continue;
      slow = { pattern, text, why };
      return;
    }
  };
  try {
    vm.runInNewContext("search()", { search }, { timeout });
    return slow;
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    return { pattern, text, why: "it does not end" };
  }
}

function grows(pattern: RegExp, make: Maker): string | undefined {
  const long = best(pattern, make(LENGTH * LONGER));
  const growth = long / best(pattern, make(LENGTH));
  return growth < WORST_GROWTH || long < SUSPECT_MS * LONGER
    ? undefined
    : `${growth.toFixed(0)} times as long for ${LONGER} times the text`;
}

function timeOf(pattern: RegExp, text: string): number {
  const start = performance.now();
  pattern.lastIndex = 0;
  pattern.test(text);
  return performance.now() - start;
}

function best(pattern: RegExp, text: string): number {
  return Math.min(...Array.from({ length: 3 }, () => timeOf(pattern, text)));
}

function textsFor(pattern: RegExp): Maker[] {
  const { all: inOrder, needed } = piecesOf(pattern.source);
  const pieces = [...new Set(inOrder)];
  const pairs = pieces.flatMap((first) => pieces.map((second) => first + second));
  const runs = [inOrder, needed].flatMap((each) =>
    each.flatMap((_, from) => each.slice(from).map((__, i) => each.slice(from, from + i + 1).join(""))),
  );
  const pumps = new Set([...pieces, ...pairs, ...runs]);
  const ends = ["\0", " \0"];
  const around = ["", ...pieces].flatMap((start) => ends.map((end) => [start, end] as const));
  // Flat in memory, as texts that are read from files are.
  return [...pumps].flatMap((pump) =>
    around.map(
      ([start, end]): Maker =>
        (length) =>
          Buffer.from(start + pump.repeat(Math.ceil(length / pump.length)) + end).toString(),
    ),
  );
}

const SAMPLES: Readonly<Record<string, string>> = { s: " ", S: "a", w: "a", W: " ", d: "0", D: "a", n: "\n", r: "\r" };

/** @returns words and signs that the pattern speaks of, in order, and what its classes stand for; and those it needs */
function piecesOf(source: string): { readonly all: readonly string[]; readonly needed: readonly string[] } {
  const pieces: string[] = [];
  const optional = new Set<number>();
  let word = "";
  const end = (): void => {
    if (word !== "") pieces.push(word);
    word = "";
  };
  // Names of groups and properties are no text.
  const text = source.replaceAll(/\(\?(?:[:=!]|<[=!]|<\w+>)|\{[\d,]+\}/g, "()").replaceAll(/\\[pP]\{[^}]*\}/g, "\\w");
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] as string;
    const escaped = sign === "\\" ? (text[++at] as string) : undefined;
    if (escaped !== undefined && !"bB".includes(escaped)) {
      const sample = SAMPLES[escaped];
      if (sample !== undefined) end();
      word += sample ?? escaped;
      if (sample !== undefined) end();
    } else if (sign === "[") {
      end();
      const close = text.indexOf("]", at + 2 + Number(text[at + 1] === "\\"));
      // Of a class its first character; of all but some, a letter.
      const [first = "a", second = "a"] = text.slice(at + 1, close);
      pieces.push(first === "^" ? "a" : first === "\\" ? (SAMPLES[second] ?? second) : first);
      at = Math.max(at, close);
    } else if (sign === "?" && word !== "") {
      const last = word.slice(-1);
      word = word.slice(0, -1);
      end();
      optional.add(pieces.push(last) - 1);
    } else if (escaped !== undefined || "()|*+?^$.{}".includes(sign)) end();
    else word += sign;
  }
  end();
  const most = pieces.slice(0, MOST_PIECES);
  const usual = ["a", " ", "\n", "."];
  return { all: [...most, ...usual], needed: most.filter((_, i) => !optional.has(i)) };
}

/**
 * What is known of a function from its text and place: it is the same for all closures made there, and remembered. What
 * was rebuilt here keeps the facts it came with.
 */
import type { Code } from "../packet.js";
import { rebuiltFrom } from "../rebuilt.js";
import { type Analysis, analyze } from "../text/analyze.js";
import type { FunctionLocation, Inspector, ScopeView } from "./inspector.js";
import { type Script, scriptOf } from "./scripts.js";

// biome-ignore lint/complexity/noBannedTypes: any function or class
export type AnyFunction = Function;

export interface Facts {
  readonly analysis: Analysis;
  readonly strict: boolean;
  readonly filename: string;
  readonly url: string;
  /** Where V8 says the function begins. */
  readonly at: readonly [line: number, column: number];
  /** Undefined for what was rebuilt here. */
  readonly script?: Script;
  /** Computed names of a class that was rebuilt here; null for a method that is not there. */
  readonly keys?: readonly (PropertyKey | null)[];
  /** Variables of what was rebuilt here that are held in cells. */
  readonly cells?: ReadonlySet<string>;
  /** Codes made from these facts, by the names of the parameters. */
  readonly codes: Map<string, Code>;
}

/** Places remembered: `new Function` can make any number of them. */
const MOST_PLACES = 4096;
const byPlace = new Map<string, Facts>();
const ofRebuilt = new WeakMap<AnyFunction, Facts>();

/** @returns the text of a function or class as the user wrote it */
export function textOf(fn: AnyFunction): string {
  return rebuiltFacts(fn)?.analysis.text ?? Function.prototype.toString.call(fn);
}

/** @returns the facts of a function that was rebuilt here, or undefined; its text is analysed only if it is sent on */
export function rebuiltFacts(fn: AnyFunction): Facts | undefined {
  let facts = ofRebuilt.get(fn);
  const from = facts === undefined ? rebuiltFrom(fn) : undefined;
  if (from === undefined) return facts;
  facts = factsFrom(fn, from.code, from.keys);
  ofRebuilt.set(fn, facts);
  return facts;
}

function factsFrom(fn: AnyFunction, code: Code, keys: Facts["keys"]): Facts {
  const { strict, filename, url, at, text, cells } = code;
  let analysis: Analysis | undefined;
  return {
    ...{ strict, filename, url, at, codes: new Map() },
    ...(keys ? { keys } : {}),
    ...(cells ? { cells: new Set(cells) } : {}),
    get analysis(): Analysis {
      analysis ??= analyze(text ?? Function.prototype.toString.call(fn));
      return analysis;
    },
  };
}

/** @returns the facts of a function at this place in a script */
export function factsAt(
  fn: AnyFunction,
  inspector: Inspector,
  location: FunctionLocation,
  scopes: readonly ScopeView[],
): Facts {
  const { scriptId, lineNumber, columnNumber } = location;
  const place = `${scriptId}:${lineNumber}:${columnNumber}`;
  let facts = byPlace.get(place);
  if (facts === undefined) {
    const script = scriptOf(inspector, scriptId, scopes);
    const text = Function.prototype.toString.call(fn);
    let analysis: Analysis | undefined;
    facts = {
      ...{
        script,
        filename: script.filename,
        url: script.url,
        at: [lineNumber, columnNumber],
        codes: new Map(),
      },
      strict: script.strict || text.startsWith("class"),
      // What goes by reference needs none.
      get analysis(): Analysis {
        analysis ??= analyze(text);
        return analysis;
      },
    };
    if (byPlace.size >= MOST_PLACES) byPlace.clear();
    byPlace.set(place, facts);
  }
  return facts;
}

/** In comments a `#` mostly has a name before it. */
const DECLARED = /#(?=[\p{ID_Start}$_\\])(?<=(?:[^\p{ID_Continue}$]|\b(?:static|get|set|async|accessor))#)/u;

const declaring = new WeakMap<AnyFunction, boolean>();

/** @returns whether that is a class whose text may declare a private name, told without the parser, which takes long */
export function mayDeclarePrivate(cls: AnyFunction): boolean {
  let may = declaring.get(cls);
  if (may === undefined) {
    const text = textOf(cls);
    may = text.startsWith("class") && DECLARED.test(text);
    declaring.set(cls, may);
  }
  return may;
}

/**
 * Functions, classes, objects and symbols that a module keeps: under what it exports, or in variables of its own. Another thread
 * finds them in its module as they are found here: by the properties that lead to them, or by way of the functions that the
 * module exports, whose scopes show its variables. The first variable of that name that holds something of that kind is
 * meant, on both sides; of symbols the first of that text.
 */
import { isProxy } from "node:util/types";
import { functionsOf } from "../live/functions-of.js";
import type { ScopeView } from "../live/inspector.js";
import { type Found, membersWithin, PROTO } from "../live/members-within.js";
import { isObject, readVariable, scopesAround, variablesIn } from "../live/scopes.js";

/** The variable, if it is in none that is exported; what `typeof` says of what it holds; the properties from there on. */
export interface KeptPlace {
  readonly variable?: string;
  readonly kind: "function" | "object";
  readonly path: readonly string[];
}

/** Where a symbol is kept: in a variable, or in a property of the plain object in it. */
export interface SymbolPlace {
  readonly variable: string;
  readonly path: readonly string[];
}

/** Functions looked at for symbols; for all else; and how many that show nothing new end the search: most of a module have the same scopes around them. */
const MOST_FOR_SYMBOLS = 64;
const MOST_FUNCTIONS = 24;
const MOST_WITHOUT_NEWS = 3;

interface Index {
  readonly exported: ReadonlyMap<object, readonly string[]>;
  readonly kept: WeakMap<object, KeptPlace>;
}

/** By what the module exports. */
const indexes = new WeakMap<object, Index>();

/** @returns where another thread finds `value` by what its module exports: under that, and in a variable */
export function placesOf(exported: object, value: object): KeptPlace[] {
  let index = indexes.get(exported);
  if (index === undefined) {
    index = { exported: indexExported(exported), kept: indexKept(exported) };
    indexes.set(exported, index);
  }
  const path = index.exported.get(value);
  const kept = index.kept.get(value);
  return [...(path ? [{ kind: typeof value as KeptPlace["kind"], path }] : []), ...(kept ? [kept] : [])];
}

/** @returns whether another thread finds `value` in this variable of the module that exports `exported` */
export function isKept(exported: object, variable: string, value: object): boolean {
  return placesOf(exported, value).some((place) => place.variable === variable && place.path.length === 0);
}

function indexExported(exported: object): Map<object, readonly string[]> {
  return new Map(membersWithin(exported).map(({ value, path }) => [value, path]));
}

function indexKept(exported: object): Index["kept"] {
  const index = new WeakMap<object, KeptPlace>();
  const names = new Set<string>();
  let [looked, withoutNews] = [0, 0];
  for (const scopes of scopesIn(exported)) {
    const before = names.size;
    for (const [variable, value] of variablesIn(scopes)) {
      if (!isObject(value)) continue;
      const kind = typeof value as KeptPlace["kind"];
      if (names.has(`${kind} ${variable}`)) continue;
      names.add(`${kind} ${variable}`);
      for (const { value: each, path } of insideOf(value))
        if (!index.has(each)) index.set(each, { variable, kind, path });
    }
    withoutNews = names.size > before ? 0 : withoutNews + 1;
    if (withoutNews === MOST_WITHOUT_NEWS || ++looked === MOST_FUNCTIONS) break;
  }
  return index;
}

/** The value itself; of a plain object the functions in it, too. */
function insideOf(value: object): Found[] {
  const self = { value, path: [] };
  if (typeof value === "function" || !isPlain(value)) return [self];
  return [self, ...membersWithin(value).filter((each) => typeof each.value === "function")];
}

/** @returns what the module that exports `exported` keeps there, or undefined */
export function keptValue(exported: object, { variable, kind, path }: KeptPlace): object | undefined {
  let looked = 0;
  for (const scopes of variable === undefined ? [] : scopesIn(exported)) {
    for (const { variables } of scopes) {
      const value = Object.hasOwn(variables, variable as string) && readVariable(variables, variable as string).value;
      if (typeof value === kind && value) return follow(value as object, path);
    }
    if (++looked === MOST_FUNCTIONS) return undefined;
  }
  return undefined;
}

/** @returns what own properties lead to, or undefined if one is not there */
export function follow(value: object, path: readonly string[]): object | undefined {
  let each: unknown = value;
  for (const key of path) {
    if (!isObject(each)) return undefined;
    each = key === PROTO ? Object.getPrototypeOf(each) : Object.getOwnPropertyDescriptor(each, key)?.value;
  }
  return isObject(each) ? each : undefined;
}

const keepers = new WeakMap<symbol, { readonly by: WeakRef<object>; readonly place: SymbolPlace }>();
const missing = new WeakMap<symbol, WeakSet<object>>();

/** @returns where code of `code`, a function, class or namespace, keeps the symbol; undefined if it does not */
export function keeperOf(code: object, symbol: symbol): SymbolPlace | undefined {
  const known = keepers.get(symbol);
  if (known?.by.deref() === code) return known.place;
  if (missing.get(symbol)?.has(code)) return undefined;
  for (const [each, place] of symbolsIn(code)) {
    if (each !== symbol) continue;
    keepers.set(symbol, { by: new WeakRef(code), place });
    return place;
  }
  missing.set(symbol, (missing.get(symbol) ?? new WeakSet()).add(code));
  return undefined;
}

/** @returns the symbol with this text that code of `code` keeps there */
export function keptSymbol(code: object, { variable, path }: SymbolPlace, text: string): symbol | undefined {
  for (const [symbol, at] of symbolsIn(code)) {
    if (at.variable === variable && at.path[0] === path[0] && (symbol.description ?? "") === text) return symbol;
  }
  return undefined;
}

function* symbolsIn(code: object): Generator<readonly [symbol: symbol, place: SymbolPlace]> {
  let looked = 0;
  for (const scopes of scopesIn(code)) {
    for (const [variable, value] of variablesIn(scopes)) {
      if (typeof value === "symbol") yield [value, { variable, path: [] }];
      if (typeof value !== "object" || value === null || isProxy(value) || !isPlain(value)) continue;
      for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value)))
        if (typeof property.value === "symbol") yield [property.value, { variable, path: [key] }];
    }
    if (++looked === MOST_FOR_SYMBOLS) return;
  }
}

function isPlain(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === null;
}

/** The scopes around each function, innermost first. */
function* scopesIn(exported: object): Generator<readonly ScopeView[]> {
  for (const fn of functionsOf(exported)) yield scopesAround(fn);
}

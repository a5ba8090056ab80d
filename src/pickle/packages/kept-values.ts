/**
 * Functions, classes and objects that a module keeps: under what it exports, or in variables of its own. Another thread finds
 * them in its module as they are found here: by the properties that lead to them, or by way of the functions that the
 * module exports, whose scopes show its variables. The first variable of that name that holds something of that kind is
 * meant, on both sides.
 */
import { functionsOf } from "../live/functions-of.js";
import { openInspector } from "../live/inspector.js";
import { type Found, membersWithin, PROTO } from "../live/members-within.js";
import { readVariable } from "../live/scopes.js";

/** The variable, if it is in none that is exported; what `typeof` says of what it holds; the properties from there on. */
export interface KeptPlace {
  readonly variable?: string;
  readonly kind: "function" | "object";
  readonly path: readonly string[];
}

/** Functions looked at, and how many that show nothing new end the search: most of a module have the same scopes around them. */
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
    for (const [variable, value] of objectsIn(scopes)) {
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
  const proto: unknown = typeof value === "object" ? Object.getPrototypeOf(value) : value;
  const self = { value, path: [] };
  if (proto !== Object.prototype && proto !== null) return [self];
  return [self, ...membersWithin(value).filter((each) => typeof each.value === "function")];
}

/** @returns what the module that exports `exported` keeps there, or undefined */
export function keptValue(exported: object, { variable, kind, path }: KeptPlace): object | undefined {
  let looked = 0;
  for (const scopes of scopesIn(exported)) {
    for (const scope of scopes) {
      const value =
        variable !== undefined && Object.hasOwn(scope, variable) ? readVariable(scope, variable).value : null;
      if (typeof value === kind && value !== null) return follow(value as object, path);
    }
    if (++looked === MOST_FUNCTIONS) return undefined;
  }
  return undefined;
}

/** @returns what own properties lead to, or undefined if one is not there */
export function follow(value: object, path: readonly string[]): object | undefined {
  let each: unknown = value;
  for (const key of path) {
    if ((typeof each !== "object" && typeof each !== "function") || each === null) return undefined;
    each = key === PROTO ? Object.getPrototypeOf(each) : Object.getOwnPropertyDescriptor(each, key)?.value;
  }
  return (typeof each === "object" && each !== null) || typeof each === "function" ? each : undefined;
}

type Variables = Record<string, unknown>;

/** The scopes around each function, innermost first. */
function* scopesIn(exported: object): Generator<Variables[]> {
  const inspector = openInspector();
  if (inspector instanceof Error) return;
  for (const fn of functionsOf(exported)) {
    const scopes = inspector.inspectFunction(fn).scopes.filter(({ kind }) => kind !== "Global" && kind !== "Script");
    yield scopes.map(({ variables }) => variables);
  }
}

function* objectsIn(scopes: readonly Variables[]): Generator<[variable: string, value: object]> {
  for (const scope of scopes) {
    for (const variable of Object.keys(scope)) {
      const { value } = readVariable(scope, variable);
      if ((typeof value === "object" && value !== null) || typeof value === "function") yield [variable, value];
    }
  }
}

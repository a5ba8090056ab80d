/**
 * Functions, classes and objects that a module keeps in variables of its own. Another thread finds them in its module as
 * they are found here: by way of the functions that the module exports, whose scopes show its variables. The first
 * variable of that name that holds something of that kind is meant, on both sides.
 */
import { functionsOf } from "./functions-of.js";
import { openInspector } from "./inspector.js";
import { readVariable } from "./read-variable.js";

/** The variable, and what `typeof` says of its value. */
export interface KeptPlace {
  readonly variable: string;
  readonly kind: "function" | "object";
}

/** Functions looked at, and how many that show nothing new end the search: most of a module have the same scopes around them. */
const MOST_FUNCTIONS = 24;
const MOST_WITHOUT_NEWS = 3;

/** By what the module exports. */
const indexes = new WeakMap<object, Map<string, WeakRef<object>>>();

/** @returns whether another thread finds `value` as what the module that exports `exported` keeps there */
export function isKept(exported: object, { variable, kind }: KeptPlace, value: object): boolean {
  let index = indexes.get(exported);
  if (index === undefined) {
    index = indexOf(exported);
    indexes.set(exported, index);
  }
  return index.get(`${kind} ${variable}`)?.deref() === value;
}

function indexOf(exported: object): Map<string, WeakRef<object>> {
  const index = new Map<string, WeakRef<object>>();
  let [looked, withoutNews] = [0, 0];
  for (const variables of scopesIn(exported)) {
    const before = index.size;
    for (const [variable, value] of objectsIn(variables)) {
      const key = `${typeof value} ${variable}`;
      if (!index.has(key)) index.set(key, new WeakRef(value));
    }
    withoutNews = index.size > before ? 0 : withoutNews + 1;
    if (withoutNews === MOST_WITHOUT_NEWS || ++looked === MOST_FUNCTIONS) break;
  }
  return index;
}

/** @returns what the module that exports `exported` keeps there, or undefined */
export function keptValue(exported: object, { variable, kind }: KeptPlace): object | undefined {
  let looked = 0;
  for (const variables of scopesIn(exported)) {
    for (const scope of variables) {
      const { value } = Object.hasOwn(scope, variable) ? readVariable(scope, variable) : {};
      if (typeof value === kind && value !== null) return value as object;
    }
    if (++looked === MOST_FUNCTIONS) return undefined;
  }
  return undefined;
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

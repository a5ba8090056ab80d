/** Symbols that a module keeps in a variable, found by way of its functions: the scopes around them show the variable. */
import * as types from "node:util/types";
import { functionsOf } from "../live/functions-of.js";
import { openInspector } from "../live/inspector.js";
import { readVariable } from "../live/scopes.js";

/** A variable around a function, or a property of the plain object in it. */
export type SymbolPlace = readonly [variable: string, property?: string];

/** Functions of one value looked at: most of a module have the same scope around them. */
const MOST_FUNCTIONS = 64;

const found = new WeakMap<symbol, { readonly by: WeakRef<object>; readonly place: SymbolPlace }>();
const missing = new WeakMap<symbol, WeakSet<object>>();

/** @returns where code of `value`, a function, class or namespace, keeps the symbol; undefined if it does not */
export function keeperOf(value: object, symbol: symbol): SymbolPlace | undefined {
  const known = found.get(symbol);
  if (known?.by.deref() === value) return known.place;
  if (missing.get(symbol)?.has(value)) return undefined;
  const place = search(value, (each) => each === symbol);
  if (place !== undefined) found.set(symbol, { by: new WeakRef(value), place });
  else missing.set(symbol, (missing.get(symbol) ?? new WeakSet()).add(value));
  return place;
}

/** @returns the symbol with this text that code of `value` keeps at `place` */
export function keptSymbol(value: object, place: SymbolPlace, text: string): symbol | undefined {
  let symbol: symbol | undefined;
  search(value, (each, at) => {
    const same = at[0] === place[0] && at[1] === place[1] && (each.description ?? "") === text;
    if (same) symbol = each;
    return same;
  });
  return symbol;
}

type Test = (symbol: symbol, place: SymbolPlace) => boolean;

function search(value: object, test: Test): SymbolPlace | undefined {
  const inspector = openInspector();
  if (inspector instanceof Error) return undefined;
  let looked = 0;
  for (const fn of functionsOf(value)) {
    if (++looked > MOST_FUNCTIONS) break;
    for (const { kind, variables } of inspector.inspectFunction(fn).scopes) {
      const place = kind === "Global" ? undefined : searchScope(variables, test);
      if (place !== undefined) return place;
    }
  }
  return undefined;
}

function searchScope(variables: Record<string, unknown>, test: Test): SymbolPlace | undefined {
  for (const name of Object.keys(variables)) {
    const { value } = readVariable(variables, name);
    if (typeof value === "symbol" && test(value, [name])) return [name];
    if (typeof value !== "object" || value === null || types.isProxy(value)) continue;
    if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null) continue;
    for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if (typeof property.value === "symbol" && test(property.value, [name, key])) return [name, key];
    }
  }
  return undefined;
}

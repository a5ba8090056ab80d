/**
 * Variables of a module that closures of a package assign to. The receiver's own is meant, which the functions of its
 * module use, too. A cell stands for it, made inside of one of those functions, which is stopped at its entry.
 */
import { functionsOf } from "../live/functions-of.js";
import type { ScopeView } from "../live/inspector.js";
import { scopesAround } from "../live/scopes.js";
import { stopAtEntry } from "../live/stop-at-entry.js";
import { analyze } from "../text/analyze.js";

// biome-ignore lint/complexity/noBannedTypes: any function
type AnyFunction = Function;

/** A variable, and an export of its module by whose functions it is found. */
export interface LivePlace {
  readonly of: object;
  readonly variable: string;
}

/** Functions looked at: most of a module have the same scopes around them. */
const MOST_FUNCTIONS = 64;

/** What the cells here stand for, so that they go on as that. */
const places = new WeakMap<object, LivePlace>();

/** @returns what the cell stands for, if it is one of these */
export function livePlaceOf(cell: object): LivePlace | undefined {
  return places.get(cell);
}

/** @returns the functions that `of` leads to in which the variable can be read and set, with the scope that has it */
export function* functionsWith({ of, variable }: LivePlace): Generator<readonly [fn: AnyFunction, scope: ScopeView]> {
  let looked = 0;
  for (const fn of functionsOf(of)) {
    const scope = scopesAround(fn).find(({ variables }) => Object.hasOwn(variables, variable));
    if (scope !== undefined && canBeStopped(fn, variable)) yield [fn, scope];
    if (++looked === MOST_FUNCTIONS) return;
  }
}

/** Generators and async functions begin before their first instruction. One that has such a name of its own hides the variable. */
function canBeStopped(fn: AnyFunction, variable: string): boolean {
  const text = Function.prototype.toString.call(fn);
  if (text.startsWith("class") || Object.getPrototypeOf(fn) !== Function.prototype) return false;
  return !text.includes(variable) || analyze(text).free.includes(variable);
}

interface Cell {
  v: unknown;
}

const cells = new WeakMap<object, Map<string, Cell>>();

/** @returns what reads and sets the variable; undefined if it is not found here */
export function liveCell(place: LivePlace): Cell | undefined {
  const { of, variable } = place;
  const known = cells.get(of) ?? new Map<string, Cell>();
  cells.set(of, known);
  const cell = known.get(variable) ?? makeCell(place);
  if (cell !== undefined) known.set(variable, cell);
  return cell;
}

function makeCell(place: LivePlace): Cell | undefined {
  const { variable } = place;
  const expression = `({ get v() { return ${variable}; }, set v($$value) { ${variable} = $$value; } })`;
  for (const [fn] of functionsWith(place)) {
    const cell = stopAtEntry(fn, expression) as Cell | undefined;
    if (cell === undefined) continue;
    places.set(cell, place);
    return cell;
  }
  return undefined;
}

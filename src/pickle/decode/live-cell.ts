/** Cells of variables that the modules of packages have here, made inside of a function of the module that is stopped at its entry. */
import { stopAtEntry } from "../live/stop-at-entry.js";
import { functionsWith, type LivePlace, noteLive } from "../packages/live-variables.js";

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
    noteLive(cell, place);
    return cell;
  }
  return undefined;
}

/**
 * Writes the factory of a function: a script whose value, called with the captured variables, returns the function. Variables
 * are its parameters, which the engine optimises best; only those that lead back to the function are `let`, with a
 * setter. The factory ends up at the position of the original, so that stacks show the user's file, line and column.
 */
import { ARGUMENTS, CLASS, IMPORT, META } from "../../factory-names.js";
import type { Facts } from "../../live/function-facts.js";
import type { Code } from "../../packet.js";
import type { Analysis } from "../../text/analyze.js";
import { applyEdits, type Edit, positionAfter } from "../../text/edits.js";
import { classEdits, needsParts } from "../class/class-edits.js";
import { cellEdits } from "./cell-edits.js";

/** What the setter of the late variables gets. */
const VALUES = "$$heddle_values";

/** How to write a function once it is known which of its variables close a cycle. */
export interface FunctionPlan {
  readonly facts: Facts;
  /** Names of the variables, in the order of the node's `env`. */
  readonly names: readonly string[];
  /** Those of them that stand for cells. */
  readonly cells?: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** @returns the code of the function with `late` set after the building */
export function writeFactory({ facts, names, cells = NONE }: FunctionPlan, late = NONE): Code {
  const isSimple = late.size === 0 && cells.size === 0;
  const key = isSimple ? names.join() : `${names.join()};${[...late].join()};${[...cells].join()}`;
  let code = facts.codes.get(key);
  if (code === undefined) {
    code = write({ facts, names, cells }, late);
    facts.codes.set(key, code);
  }
  return code;
}

function write({ facts, names, cells = NONE }: FunctionPlan, late: ReadonlySet<string>): Code {
  const { analysis, strict, filename, url, at } = facts;
  const { text, anchor, opening, closing } = expressionOf(analysis, names, cells);
  const setters = [...late];
  const parameters = [...(needsParts(analysis) ? [CLASS] : []), ...names.filter((name) => !late.has(name))];
  const head =
    `(function(${parameters.join()}){${strict ? '"use strict";' : ""}` +
    `${setters.length > 0 ? `let ${setters.join()};` : ""}return [${opening}`;
  const settings = setters.map((name, i) => `${name}=${VALUES}[${i}]`).join(";");
  const tail = setters.length > 0 ? `,(${VALUES})=>{${settings}}` : "";
  const before = text.slice(0, anchor);
  const lines = before.split("\n").length - 1;
  return {
    ...{ source: `${head}${text}\n${closing}${tail}]})`, filename, strict, url, at },
    line: at[0] - lines,
    column: (lines > 0 ? 0 : at[1] - before.length) - head.length,
    ...(text === analysis.text ? {} : { text: analysis.text }),
    ...(cells.size > 0 ? { cells: [...cells] } : {}),
  };
}

/** The edited text, what to put around it to make it an expression, and where V8 puts the function in it. */
interface Expression {
  readonly text: string;
  readonly anchor: number;
  readonly opening: string;
  readonly closing: string;
}

function expressionOf(analysis: Analysis, names: readonly string[], cells: ReadonlySet<string>): Expression {
  const edits: Edit[] = [
    ...analysis.importMetas.map(([start, end]) => ({ start, end, text: META })),
    ...analysis.dynamicImports.map(([start, end]) => ({ start, end, text: IMPORT })),
    ...classEdits(analysis),
    ...cellEdits(analysis, cells),
  ];
  const { ownName } = analysis;
  // A name in the expression would hide the variable.
  if (ownName && names.includes(ownName.name)) edits.push({ start: ownName.span[0], end: ownName.span[1], text: "" });
  const isAccessor = analysis.form === "getter" || analysis.form === "setter";
  const renamed = isAccessor || analysis.computedKey;
  if (renamed && analysis.key) edits.push({ start: analysis.key[0], end: analysis.key[1], text: "$" });
  const placed = { text: applyEdits(analysis.text, edits), anchor: positionAfter(analysis.anchor, edits) };
  if (isAccessor) {
    const part = analysis.form === "getter" ? "get" : "set";
    return { ...placed, opening: "Object.getOwnPropertyDescriptor({", closing: `},"$").${part}` };
  }
  if (analysis.form === "method") {
    const key = renamed ? "$" : (analysis.keyName ?? "$");
    return { ...placed, opening: "({", closing: `})[${JSON.stringify(key)}]` };
  }
  if (!names.includes(ARGUMENTS)) return { ...placed, opening: "(", closing: ")" };
  return { ...placed, opening: "(function(){return(", closing: `)}).apply(this,${ARGUMENTS})` };
}

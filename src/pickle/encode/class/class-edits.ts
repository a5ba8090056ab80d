/**
 * How the text of a class is edited so that evaluating it repeats nothing that was evaluated once: the base class and
 * computed names come from the live class, static fields and blocks go (their values are restored afterwards). A class whose
 * objects have private fields can be told to install those and do nothing else.
 */
import { CLASS } from "../../factory-names.js";
import type { Analysis } from "../../text/analyze.js";
import type { ClassShape, Member } from "../../text/class-shape.js";
import { blankLines, type Edit } from "../../text/edits.js";

/** @returns whether the factory of this class needs its base, keys or stamp */
export function needsParts({ shape }: Analysis): boolean {
  return (
    shape !== undefined &&
    (shape.superclass !== undefined || shape.hasPrivateNames || computedMethods(shape).length > 0)
  );
}

/** @returns the methods and accessors with computed names, in the order of their keys in the factory */
export function computedMethods(shape: ClassShape): Member[] {
  return shape.members.filter((m) => m.computed && m.kind !== "field");
}

/** @returns the edits of a class text */
export function classEdits({ text, shape }: Analysis): Edit[] {
  if (shape === undefined) return [];
  const edits: Edit[] = [];
  const replace = ([start, end]: readonly [number, number], by: string): number =>
    edits.push({ start, end, text: by + blankLines(text.slice(start, end)) });
  if (shape.superclass) replace(shape.superclass, `${CLASS}.base`);
  for (const [i, { key }] of computedMethods(shape).entries()) if (key) replace(key, `${CLASS}.keys[${i}]`);
  for (const member of shape.members) {
    if (member.kind === "static-block" || (member.isStatic && member.kind === "field" && !member.privateName)) {
      replace(member.span, ";");
    } else if (member.kind === "field" && member.value) {
      if (member.isStatic) replace(member.value, "void 0");
      else if (shape.hasPrivateState) edits.push(...guardInitialiser(member.value));
    }
  }
  if (shape.hasPrivateState) edits.push(...guardConstructor(text, shape));
  if (shape.hasPrivateNames) edits.push({ start: shape.end, end: shape.end, text: writers(shape) });
  return edits;
}

function guardInitialiser([start, end]: readonly [number, number]): Edit[] {
  return [
    { start, end: start, text: `${CLASS}.stamp.on?void 0:(` },
    { start: end, end, text: ")" },
  ];
}

function guardConstructor(
  text: string,
  { constructorBody: body, constructorParameters, superclass }: ClassShape,
): Edit[] {
  if (body === undefined) return [];
  const guard = superclass ? `if(${CLASS}.stamp.on){super();return}` : `if(${CLASS}.stamp.on)return;`;
  if (constructorParameters === undefined || constructorParameters.simple)
    return [{ start: body, end: body, text: guard }];
  // Defaults and patterns run before the body: they move into it, behind the guard, and take their lines along. A comma
  // after the last one must not stay.
  const [start, end] = constructorParameters.span;
  const brace = body - 1;
  const moved = `let [${text.slice(start, end)}]=$$heddle_parameters;${blankLines(text.slice(end, brace))}`;
  return [
    { start, end: brace, text: "...$$heddle_parameters)" },
    { start: body, end: body, text: guard + moved },
  ];
}

/** A static block that gives away how to write each private field, and how to read static ones. */
function writers({ members }: ClassShape): string {
  const fields = members.filter((m) => m.kind === "field" && m.privateName !== undefined);
  const writer = ({ privateName: name, isStatic }: Member): string =>
    isStatic
      ? `"static #${name}":(c,v)=>{c.#${name}=v},"read #${name}":c=>c.#${name}`
      : `"#${name}":(o,v)=>{o.#${name}=v}`;
  return `;static{${CLASS}.stamp.writers.set(this,{${fields.map(writer).join()}})}`;
}

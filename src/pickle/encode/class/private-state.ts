/** The private fields of an object, class by class from the base down. */
import { nameOf } from "../../../platform/words/name-of.js";
import { knownName } from "../../builtins/known-names.js";
import { hooksOf } from "../../hooks.js";
import { type AnyFunction, mayDeclarePrivate, textOf } from "../../live/function-facts.js";
import { openInspector } from "../../live/inspector.js";
import type { PrivateState } from "../../packet.js";
import { registrationOf } from "../../registry.js";
import { analyze } from "../../text/analyze.js";
import type { Member } from "../../text/class-shape.js";
import type { Encoding } from "../encoding.js";
import { Hop, type Path } from "../path.js";
import { strangerProblem, strangersOf } from "./unexplained-fields.js";

interface PrivateClass {
  readonly cls: AnyFunction;
  readonly fields: readonly Member[];
  readonly derived: boolean;
  readonly explicit: boolean;
}

/** By prototype, as all objects of a class have the same. */
const remembered = new WeakMap<object, readonly PrivateClass[]>();

/** @returns what `object` keeps in private fields, or undefined if its classes have none */
export function encodePrivateState(encoding: Encoding, object: object, path: Path): PrivateState[] | undefined {
  const proto: object | null = Object.getPrototypeOf(object);
  if (proto === null || proto === Object.prototype) return undefined;
  let classes = remembered.get(proto);
  if (classes === undefined) {
    classes = privateClasses(proto);
    remembered.set(proto, classes);
  }
  if (classes.length === 0) return undefined;
  const inspector = openInspector();
  if (inspector instanceof Error) {
    throw encoding.refusal(path, `its private fields cannot be read here: ${inspector.message}`, { cause: inspector });
  }
  // Two classes of one chain may use the same name: the engine lists the fields in the order of installation.
  const found = inspector.privateFields(object);
  const [stranger] = strangersOf(object, found);
  if (stranger) throw encoding.refusal(path, strangerProblem(stranger[0]));
  const take = (name: string): unknown => {
    const place = found.findIndex((field) => field[0] === name);
    return place < 0 ? undefined : found.splice(place, 1)[0]?.[1];
  };
  return classes.map(({ cls, fields, derived, explicit }) => ({
    cls: encoding.entry(cls, path, new Hop(`<class ${nameOf(cls) || "?"}>`)),
    ...{ derived, explicit },
    values: fields.map(({ privateName }) => {
      const name = `#${privateName}`;
      return [name, encoding.entry(take(name), path, new Hop(`.${name}`))] as const;
    }),
  }));
}

function privateClasses(first: object): PrivateClass[] {
  const classes: PrivateClass[] = [];
  for (let proto: object | null = first; proto !== null; proto = Object.getPrototypeOf(proto)) {
    const cls: unknown = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
    // A registered class, and what it extends, make themselves.
    if (registrationOf(cls) !== undefined || hooksOf(cls) !== undefined) break;
    if (typeof cls !== "function" || cls.prototype !== proto || knownName(cls) !== undefined) continue;
    const shape = mayDeclarePrivate(cls) ? analyze(textOf(cls)).shape : undefined;
    if (!shape?.hasPrivateState) continue;
    const fields = shape.members.filter((m) => m.kind === "field" && !m.isStatic && m.privateName !== undefined);
    const [derived, explicit] = [shape.superclass !== undefined, shape.constructorBody !== undefined];
    classes.unshift({ cls, fields, derived, explicit });
  }
  return classes;
}

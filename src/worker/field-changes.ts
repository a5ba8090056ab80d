/**
 * What `run` changed in the fields of its own object. The worker runs a copy; this finds what is to go back, so that
 * leaving a result in `this` works as in Python.
 *
 * A field has changed if it holds another value than before, or if what it holds has other contents. Contents are
 * compared where structured cloning can render them; fields that hold shared objects, functions or the like have
 * changed only if they hold another one.
 */
import { isDeepStrictEqual } from "node:util";
import { type Destination, type Packed, pack } from "../pickle/pickle.js";

/** What a field held when `run` began. */
interface Before {
  readonly value: unknown;
  /** A rendering of its contents; undefined if there is none, or if it needs none. */
  readonly contents: unknown;
}

export class FieldChanges {
  readonly #object: object;
  readonly #before = new Map<PropertyKey, Before>();

  /** @param object as it is before `run` */
  constructor(object: object) {
    this.#object = object;
    for (const [key, value] of dataFields(object)) this.#before.set(key, { value, contents: render(value) });
  }

  /** @returns the fields that have changed and can travel, packed; undefined if there are none */
  pack(to: Destination): Packed | undefined {
    const changed = dataFields(this.#object).filter(([key, value]) => this.#isChanged(key, value));
    if (changed.length === 0) return undefined;
    // Together, so that what two fields share stays shared; one by one only if some field cannot travel.
    return (
      packed(changed, to) ??
      packed(
        changed.filter((field) => packed([field], to) !== undefined),
        to,
      )
    );
  }

  #isChanged(key: PropertyKey, value: unknown): boolean {
    const before = this.#before.get(key);
    if (before === undefined || !Object.is(before.value, value)) return true;
    return before.contents !== undefined && !isDeepStrictEqual(before.contents, render(value));
  }
}

/** Gives the maker's object the fields that its copy has changed. */
export function applyChanges(object: object, fields: readonly (readonly [PropertyKey, unknown])[]): void {
  for (const [key, value] of fields) {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }
}

type Field = readonly [key: string, value: unknown];

function dataFields(object: object): Field[] {
  return Object.entries(Object.getOwnPropertyDescriptors(object))
    .filter(([, descriptor]) => "value" in descriptor && descriptor.writable === true)
    .map(([key, descriptor]) => [key, descriptor.value] as const);
}

function render(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return structuredClone(value);
  } catch {
    return undefined; // contents that cloning does not see: told apart by identity
  }
}

function packed(fields: readonly Field[], to: Destination): Packed | undefined {
  if (fields.length === 0) return undefined;
  try {
    return pack(fields, { to, name: "fields" });
  } catch {
    return undefined; // documented: a field that cannot travel stays behind
  }
}

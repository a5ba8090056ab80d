/**
 * What `run` changed in the fields of its own object. The worker runs a copy; this finds what is to go back, so that
 * leaving a result in `this` works as in Python.
 *
 * A field has changed if it is gone, if it holds another value than before, or if what it holds has other contents.
 * Contents are compared only of plain data, which structured cloning renders whole. Of anything else (an object of a
 * class, data that holds functions) nobody can tell, so it counts as changed always. Shared objects are the same
 * everywhere: they and functions have changed only if the field holds another one.
 */
import { isDeepStrictEqual } from "node:util";
import { type Destination, THREAD } from "../pickle/destination.js";
import { PlainScan } from "../pickle/encode/plain.js";
import { type Packed, pack } from "../pickle/pickle.js";
import { registrationFor } from "../pickle/registry.js";
import { typeError } from "../platform/errors/errors.js";

/** What a field held when `run` began. */
interface Before {
  readonly value: unknown;
  /** A copy of its contents; undefined if it is no plain data. */
  readonly contents: unknown;
}

/** The key of a field, and what it holds now; no value if it is gone. */
type Change = readonly [key: PropertyKey, value?: unknown];

export class FieldChanges {
  readonly #object: object;
  readonly #before = new Map<PropertyKey, Before>();

  /** @param object as it is before `run`, unless `before` says what it was like then */
  constructor(object: object, before = object) {
    this.#object = object;
    for (const [key, value] of dataFields(before)) this.#before.set(key, { value, contents: contentsOf(value) });
  }

  /** @returns the fields that have changed and can travel, packed; undefined if there are none */
  pack(to: Destination): Packed | undefined {
    const gone = [...this.#before.keys()].filter((key) => !Object.hasOwn(this.#object, key));
    const changed: Change[] = dataFields(this.#object).filter(([key, value]) => this.#isChanged(key, value));
    changed.push(...gone.map((key): Change => [key]));
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
    if (typeof value !== "object" || value === null || registrationFor(value) !== undefined) return false;
    return before.contents === undefined || !isDeepStrictEqual(before.contents, contentsOf(value));
  }
}

/** Makes the changes to the fields of the copy in the maker's object, too. */
export function applyChanges(object: object, changes: readonly Change[]): void {
  for (const [key, ...rest] of changes) {
    if (rest.length === 0) {
      if (!Reflect.deleteProperty(object, key)) throw typeError(`Cannot delete field ${String(key)}`);
      continue;
    }
    Object.defineProperty(object, key, { value: rest[0], writable: true, enumerable: true, configurable: true });
  }
}

type Field = readonly [key: PropertyKey, value: unknown];

function dataFields(object: object): Field[] {
  return Reflect.ownKeys(object).flatMap((key): Field[] => {
    const property = Object.getOwnPropertyDescriptor(object, key);
    return property?.writable === true ? [[key, property.value]] : [];
  });
}

/** @returns a copy of plain data; undefined if the value is none */
function contentsOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return new PlainScan(THREAD, NONE).isPlain(value) ? structuredClone(value) : undefined;
  } catch {
    return undefined; // a detached buffer, say: counts as changed
  }
}

const NONE: ReadonlySet<unknown> = new Set();

function packed(fields: readonly Change[], to: Destination): Packed | undefined {
  if (fields.length === 0) return undefined;
  try {
    return pack(fields, { to, name: "fields" });
  } catch {
    return undefined; // documented: a field that cannot travel stays behind
  }
}

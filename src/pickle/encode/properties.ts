/** Own properties of an object, with their attributes. */
import {
  ACCESSOR,
  CONFIGURABLE,
  ENUMERABLE,
  type Entry,
  type Properties,
  type PropertyRow,
  WRITABLE,
} from "../packet.js";
import { keysOf } from "./clone-view.js";
import type { Encoding } from "./encoding.js";
import type { Path } from "./path.js";

/** Attributes of a property that was simply set. */
export const ORDINARY: number = WRITABLE | ENUMERABLE | CONFIGURABLE;

const EVERYDAY = { writable: true, enumerable: true, configurable: true };

type Integrity = NonNullable<Properties["integrity"]>;

/** Attributes that a property of such an object has without being noted. */
const USUAL: Readonly<Record<Integrity | "none", number>> = {
  none: ORDINARY,
  preventExtensions: ORDINARY,
  seal: WRITABLE | ENUMERABLE,
  freeze: ENUMERABLE,
};

/** @returns the own properties of `object` but those that `skip` names */
export function encodeProperties(
  encoding: Encoding,
  object: object,
  path: Path,
  skip?: (key: PropertyKey) => boolean,
): Properties {
  const keys = keysOf(object);
  const kept = skip === undefined ? keys : keys.filter((key) => !skip(key));
  return encodeKeys(encoding, object, path, kept, integrityOf(object));
}

/** @returns the properties of `object` that have one of these keys, and as how fixed it arrives */
export function encodeKeys(
  encoding: Encoding,
  object: object,
  path: Path,
  keys: readonly (string | symbol)[],
  integrity: Integrity | undefined,
): Properties {
  const usual = USUAL[integrity ?? "none"];
  const rows: PropertyRow[] = [];
  const values: Record<string, unknown> = {};
  let ordered = false;
  for (const key of keys) {
    if (typeof key === "symbol") encoding.noteKey(object, key);
    const property = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    const row = encodeProperty(encoding, key, property, path);
    const named = typeof key === "string";
    const plain = named && row[1] === usual && typeof row[2] === "object";
    if (!plain) rows.push(row);
    // A row gets a place among the values too, so that the order of the properties is kept.
    const value = plain ? (row[2] as readonly [unknown])[0] : undefined;
    if (key === "__proto__") Object.defineProperty(values, key, { ...EVERYDAY, value });
    else if (named) values[key] = value;
    ordered ||= plain;
  }
  return {
    ...(ordered ? { values } : {}),
    ...(rows.length > 0 ? { rows } : {}),
    ...(integrity !== undefined ? { integrity } : {}),
  };
}

/** @returns the row of one property */
export function encodeProperty(
  encoding: Encoding,
  key: string | symbol,
  property: PropertyDescriptor,
  path: Path,
): PropertyRow {
  const name = typeof key === "symbol" ? encoding.entry(key, path, key) : key;
  const flags =
    (property.writable ? WRITABLE : 0) |
    (property.enumerable ? ENUMERABLE : 0) |
    (property.configurable ? CONFIGURABLE : 0);
  if (property.get === undefined && property.set === undefined) {
    return [name, flags, encoding.entry(property.value, path, key)];
  }
  return [name, flags | ACCESSOR, encoding.entry(property.get, path, key), encoding.entry(property.set, path, key)];
}

/** @returns how fixed the object is, or undefined if it is extensible */
export function integrityOf(object: object): Integrity | undefined {
  if (Object.isExtensible(object)) return undefined;
  if (Object.isFrozen(object)) return "freeze";
  return Object.isSealed(object) ? "seal" : "preventExtensions";
}

/** @returns the nodes that properties lead to */
export function* propertyEdges(properties: Properties): Generator<Entry> {
  for (const [key, , value, setter] of properties.rows ?? []) {
    if (typeof key !== "string") yield key;
    yield value;
    if (setter !== undefined) yield setter;
  }
}

/** @returns the prototype of `object`, if that is not the standard one of its kind */
export function protoOf(encoding: Encoding, object: object, standard: object, path: Path): { proto?: Entry } {
  const proto = Object.getPrototypeOf(object);
  return proto === standard ? {} : { proto: encoding.prototypeEntry(proto as object | null, path) };
}

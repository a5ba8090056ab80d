/**
 * What objects of the library are in JSON, down to those that they hold. `JSON.stringify` cannot see that a collection holds
 * itself, since it is given a new copy of its contents each time; so what is inside is taken here, and not by it.
 */
import { typeError } from "../errors/errors.js";
import { classNameOf } from "./name-of.js";

type Container = Readonly<Record<string, unknown>>;

/** What is being taken, each inside the one before it. */
const path = new Set<object>();

/**
 * @param contents is called for what JSON holds in place of the object
 * @throws {TypeError} if the object is inside itself, as JSON does
 */
export function plainJson(object: object, contents: () => unknown): unknown {
  if (path.has(object)) {
    throw typeError(`Converting circular structure to JSON: this ${classNameOf(object)} contains itself`);
  }
  return within(object, () => inside(contents()));
}

function within<T>(object: object, body: () => T): T {
  path.add(object);
  try {
    return body();
  } finally {
    path.delete(object);
  }
}

/** As JSON takes a value: first its `toJSON`, then what is in that. */
function taken(value: unknown, key: number | string): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { toJSON } = value as { toJSON?: unknown };
  return inside(typeof toJSON === "function" ? (toJSON.call(value, String(key)) as unknown) : value);
}

/** @returns the value itself if nothing in it is changed */
function inside(value: unknown): unknown {
  // An array or object that is inside itself is JSON's to refuse.
  if (typeof value !== "object" || value === null || path.has(value) || ArrayBuffer.isView(value)) return value;
  return within(value, () => (Array.isArray(value) ? takenItems(value) : takenFields(value as Container)));
}

function takenItems(items: readonly unknown[]): readonly unknown[] {
  const all = Array.from(items, taken);
  return all.some((item, index) => item !== items[index]) ? all : items;
}

function takenFields(container: Container): Container {
  const fields = Object.keys(container).map((key) => [key, container[key]] as const);
  const all = fields.map(([key, value]) => [key, taken(value, key)] as const);
  return all.some(([, value], index) => value !== fields[index]?.[1]) ? Object.fromEntries(all) : container;
}

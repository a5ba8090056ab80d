/** Gives rebuilt objects their own properties, with their attributes. */
import {
  ACCESSOR,
  CONFIGURABLE,
  ENUMERABLE,
  type Entry,
  type FunctionNode,
  type Properties,
  type PropertyRow,
  WRITABLE,
} from "../packet.js";

const INTEGRITY: Readonly<Record<NonNullable<Properties["integrity"]>, (object: object) => object>> = {
  freeze: Object.freeze,
  seal: Object.seal,
  preventExtensions: Object.preventExtensions,
};

/** Makes an object as fixed as the original is; nothing can be added to it afterwards. */
export function setIntegrity(object: object, integrity: NonNullable<Properties["integrity"]>): void {
  INTEGRITY[integrity](object);
}

type Define = (object: object, key: PropertyKey, property: PropertyDescriptor) => unknown;

/** Defines those properties that can be defined again: of an object that has arrived before, what is fixed stays. */
export function redefineProperties(object: object, properties: Properties, get: (entry: Entry) => unknown): void {
  defineProperties(object, properties, get, Reflect.defineProperty);
}

/** Defines every property that the node lists. */
export function defineProperties(
  object: object,
  { values, rows }: Properties,
  get: (entry: Entry) => unknown,
  define: Define = Object.defineProperty,
): void {
  if (values !== undefined)
    // Not set: a setter of the prototype must not see it.
    for (const key of Object.keys(values))
      define(object, key, { value: values[key], writable: true, enumerable: true, configurable: true });
  for (const [key, flags, value, setter] of rows ?? []) {
    const name = typeof key === "string" ? key : (get(key) as symbol);
    const attributes = { enumerable: (flags & ENUMERABLE) !== 0, configurable: (flags & CONFIGURABLE) !== 0 };
    if (flags & ACCESSOR) {
      const getter = get(value) as () => unknown;
      const set = get(setter as Entry) as (value: unknown) => void;
      define(object, name, { get: getter, set, ...attributes });
    } else {
      define(object, name, { value: get(value), writable: (flags & WRITABLE) !== 0, ...attributes });
    }
  }
}

/** @returns the properties that `object` does not have by itself, so that its own code may still define them */
export function missingIn(object: object, { values = {}, rows = [] }: Properties): Properties {
  return {
    values: Object.fromEntries(Object.entries(values).filter(([key]) => !Object.hasOwn(object, key))),
    rows: rows.flatMap(([key, flags, ...rest]): PropertyRow[] => {
      if (typeof key !== "string" || Object.hasOwn(object, key)) return [];
      return [[key, flags | CONFIGURABLE | (flags & ACCESSOR ? 0 : WRITABLE), ...rest]];
    }),
  };
}

/** Gives members of a rebuilt class the attributes they have at home, and takes away those that are not there. */
export function changeMembers(
  cls: { readonly prototype: object },
  members: NonNullable<FunctionNode["members"]>,
  get: (entry: Entry) => unknown,
): void {
  for (const [key, isStatic, flags] of members) {
    const holder = isStatic ? cls : cls.prototype;
    const name = typeof key === "string" ? key : (get(key) as symbol);
    if (flags === null) Reflect.deleteProperty(holder, name);
    else {
      const isData = Object.getOwnPropertyDescriptor(holder, name)?.writable !== undefined;
      Object.defineProperty(holder, name, {
        ...(isData ? { writable: (flags & WRITABLE) !== 0 } : {}),
        ...{ enumerable: (flags & ENUMERABLE) !== 0, configurable: (flags & CONFIGURABLE) !== 0 },
      });
    }
  }
}

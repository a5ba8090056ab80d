/**
 * The properties of arrays and views that are no items. The list of all keys of a long one takes much longer than cloning it: there
 * the inspector is asked.
 */
import * as types from "node:util/types";
import { openInspector } from "../live/inspector.js";
import { SHORT } from "./extra-properties.js";
import { itemCount } from "./internal-state.js";

/** @returns the own keys of an array or a view that are no items; `length` is one of an array. Hidden ones may come last. */
export function namedKeys(object: readonly unknown[] | ArrayBufferView): (string | symbol)[] {
  const count = Array.isArray(object) ? object.length : itemCount(object as ArrayBufferView);
  const inspector = count <= SHORT ? undefined : openInspector();
  if (inspector !== undefined && !(inspector instanceof Error)) {
    return [...inspector.namedKeys(object), ...Object.getOwnPropertySymbols(object)];
  }
  const keys = Reflect.ownKeys(object);
  return Array.isArray(object) ? keys.slice(keys.indexOf("length")) : keys.slice(count);
}

/** @returns the own keys of any object, without the items of arrays and views */
export function keysButItems(object: object): (string | symbol)[] {
  return Array.isArray(object) || types.isTypedArray(object) ? namedKeys(object) : Reflect.ownKeys(object);
}

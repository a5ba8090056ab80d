/** Names of functions and classes for messages, read without running the user's code: `name` may be a getter of theirs. */
import { types } from "node:util";

/** @returns the name of a function or class, or "" if it has none of its own that is text */
export function nameOf(fn: unknown): string {
  if (typeof fn !== "function" || types.isProxy(fn)) return "";
  const name: unknown = Object.getOwnPropertyDescriptor(fn, "name")?.value;
  return typeof name === "string" ? name : "";
}

/** @returns the name of the nearest class that `object` inherits from, or "" if that cannot be told */
export function classNameOf(object: object): string {
  if (types.isProxy(object)) return "";
  for (
    let proto = Object.getPrototypeOf(object) as object | null;
    proto !== null;
    proto = Object.getPrototypeOf(proto)
  ) {
    if (types.isProxy(proto)) return "";
    const name = nameOf(Object.getOwnPropertyDescriptor(proto, "constructor")?.value);
    if (name !== "") return name;
  }
  return "";
}

/** @returns `an Account`, `a Map` */
export function withArticle(name: string): string {
  return `${/^[AEIOaeio]/.test(name) ? "an" : "a"} ${name}`;
}

/** Methods that live only in their class, as they use `super` or its private names: they are found again on what holds them. */
import { types } from "node:util";
import { type AnyFunction, textOf } from "../../live/function-facts.js";
import type { Entry } from "../../packet.js";
import { analyze } from "../../text/analyze.js";
import type { Encoding } from "../encoding.js";
import { Hop, type Path } from "../path.js";

/** @returns the entry of the method `fn` of a class that `self` is an object of, if it is such a method */
export function encodeMember(encoding: Encoding, self: unknown, fn: unknown, path: Path): Entry | undefined {
  if (typeof fn !== "function" || !isTied(fn)) return undefined;
  let holder = Object(self) as object | null;
  for (; holder !== null && !types.isProxy(holder); holder = Object.getPrototypeOf(holder)) {
    const key = keyIn(holder, fn);
    if (key === undefined) continue;
    const of = encoding.entry(holder, path, new Hop(""));
    const name = typeof key === "symbol" ? encoding.entry(key, path, key) : key;
    return encoding.entryOf({ t: "member", of, key: name });
  }
  return undefined;
}

function isTied(fn: AnyFunction): boolean {
  const text = textOf(fn);
  if (types.isProxy(fn) || text.endsWith("{ [native code] }") || !/#|\bsuper\b/.test(text)) return false;
  const { form, usesSuper, privateNames } = analyze(text);
  return form === "method" && (usesSuper || privateNames.size > 0);
}

/** Only what stands in the text of a class is there as soon as the class is. */
function keyIn(holder: object, fn: AnyFunction): string | symbol | undefined {
  const maker: unknown =
    typeof holder === "function" ? holder : Object.getOwnPropertyDescriptor(holder, "constructor")?.value;
  if (typeof maker !== "function" || types.isProxy(maker)) return undefined;
  if (maker !== holder && Object.getOwnPropertyDescriptor(maker, "prototype")?.value !== holder) return undefined;
  const text = textOf(maker);
  if (!text.startsWith("class") || !text.includes(textOf(fn))) return undefined;
  return Reflect.ownKeys(holder).find((key) => Object.getOwnPropertyDescriptor(holder, key)?.value === fn);
}

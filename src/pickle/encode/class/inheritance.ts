/** What functions and the prototypes of classes inherit from, where that is not what their text says. */
import * as types from "node:util/types";
import { nameOf } from "../../../platform/words/name-of.js";
import { isOriginal } from "../../builtins/globals.js";
import type { AnyFunction, Facts } from "../../live/function-facts.js";
import type { FunctionNode } from "../../packet.js";
import type { Encoding } from "../encoding.js";
import { Hop, Path } from "../path.js";

/** @returns what the function itself inherits from, as statics from another function; the base class comes otherwise */
export function encodeProtoOf(
  encoding: Encoding,
  fn: AnyFunction,
  { analysis: { shape } }: Facts,
  path: Path,
): Pick<FunctionNode, "proto"> {
  if (shape?.superclass !== undefined) return {};
  const proto = Object.getPrototypeOf(fn) as object | null;
  if (proto !== null && isIntrinsic(proto, /Function$/)) return {};
  return { proto: encoding.prototypeEntry(proto, new Path(path, new Hop(".[[Prototype]]"))) };
}

/** @returns whether `behind`, from which `fn.prototype` inherits, is what the text of the function gives it */
export function inheritsAsWritten(fn: AnyFunction, { analysis: { shape } }: Facts, behind: unknown): boolean {
  if (shape?.superclass === undefined) return isIntrinsic(behind, /^Object$/);
  const base = Object.getPrototypeOf(fn) as AnyFunction | null;
  if (behind === null || base === null || types.isProxy(base)) return true;
  return Object.getOwnPropertyDescriptor(base, "prototype")?.value === behind;
}

/** `Function.prototype` and its like, of any context. */
function isIntrinsic(proto: unknown, maker: RegExp): boolean {
  if ((typeof proto !== "object" && typeof proto !== "function") || proto === null) return false;
  const cls: unknown = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
  return typeof cls === "function" && maker.test(nameOf(cls)) && isOriginal(cls as () => unknown);
}

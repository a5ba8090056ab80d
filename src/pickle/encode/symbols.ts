/**
 * Symbols as nodes. One that a module keeps to itself cannot be made anew: code that goes by reference has a symbol of its
 * own there. It is named after the variable that holds it around a function of that module, and looked up on arrival. One
 * that a CommonJS module exports is an export like any other.
 */
import { nameOf } from "../../platform/words/name-of.js";
import { builtinName } from "../builtins/node-names.js";
import { commonJsSymbol } from "../modules/common-js.js";
import { hasOrigin, originOf } from "../origin.js";
import { keeperOf } from "../packages/kept.js";
import type { PacketNode } from "../packet.js";
import type { Path } from "./path.js";

/** What is known of the symbols of one packet when all else is described. */
export interface SymbolUses {
  /** Functions, classes and namespaces that go by reference, with their nodes. */
  readonly references: ReadonlyMap<object, number>;
  /** The first object that has the symbol as a key. */
  ownerOf(symbol: symbol): object | undefined;
  /** It is also a value of its own, as in a captured variable. */
  isValue(symbol: symbol): boolean;
  refuse(path: Path, problem: string): Error;
}

/** @throws {PickleError} if only code of another module can know the symbol, and that has another one away */
export function encodeSymbol(symbol: symbol, uses: SymbolUses, path: Path): PacketNode {
  const key = Symbol.keyFor(symbol);
  const text = key ?? symbol.description ?? "";
  if (key !== undefined) return { t: "symbol", kind: "registered", text, origin: "" };
  const name = builtinName(symbol);
  if (name !== undefined) return { t: "known", name };
  for (const [value, of] of uses.references) {
    const place = keeperOf(value, symbol);
    if (place !== undefined) return { t: "kept", of, kind: "symbol", ...place, text };
  }
  const exported = hasOrigin(symbol) ? undefined : commonJsSymbol(symbol);
  if (exported !== undefined) return { t: "import", ...exported };
  if (!hasOrigin(symbol) && !uses.isValue(symbol)) refuseForeign(symbol, uses, path);
  return { t: "symbol", kind: "unique", text, origin: originOf(symbol) };
}

function refuseForeign(symbol: symbol, uses: SymbolUses, path: Path): void {
  const owner = uses.ownerOf(symbol);
  for (let proto: unknown = owner; typeof proto === "object" && proto !== null; proto = Object.getPrototypeOf(proto)) {
    const cls: unknown = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
    if (typeof cls !== "function" || !uses.references.has(cls)) continue;
    throw uses.refuse(
      path,
      `this key is a symbol that is found neither in the module of ${nameOf(cls)} nor in what is sent, so ${nameOf(cls)} there has ` +
        "another one. Export a function that makes the object and call it there, or register the class with reduce and revive",
    );
  }
}

/**
 * Functions that one of Node's own has made from another one: `promisify(readFile)`. They are internal to Node, and are made
 * again where they arrive. What has made a function is known by its text: it is the same as that of one made here.
 */
import * as util from "node:util";
import type { Encoding } from "../encode/encoding.js";
import { Hop, type Path } from "../encode/path.js";
import { encodeProperties } from "../encode/properties.js";
import type { MadeNode, PacketNode } from "../packet.js";
import { promisifiedFrom } from "../source/builtin-names.js";
import { type FunctionLocation, type FunctionView, openInspector } from "../source/inspector.js";
import { scopeOf } from "../source/scope-of.js";
import type { AnyFunction } from "./facts.js";

type Maker = Extract<MadeNode["by"], "promisify" | "callbackify">;

interface Wrapper {
  readonly by: Maker;
  readonly location: FunctionLocation | undefined;
  /** The variable that holds the function it was made from. */
  readonly variable: string;
}

let known: readonly Wrapper[] | undefined;

/** @returns how the receiver makes `fn`, which is internal to Node, from another function; undefined if that is not known */
export function encodeWrapped(
  encoding: Encoding,
  fn: AnyFunction,
  view: FunctionView,
  path: Path,
): PacketNode | undefined {
  const wrapper = wrappers().find(({ location }) => isSamePlace(location, view.location));
  const original = wrapper ? scopeOf(wrapper.variable, view.scopes)?.variables[wrapper.variable] : promisifiedFrom(fn);
  if (typeof original !== "function") return undefined;
  const isCopied = (key: PropertyKey): boolean => key === util.promisify.custom || Object.hasOwn(original, key);
  return {
    ...{ t: "made", by: wrapper?.by ?? "promisify" },
    args: [encoding.entry(original, path, new Hop(".original"))],
    ...encodeProperties(encoding, fn, path, isCopied),
  };
}

function wrappers(): readonly Wrapper[] {
  const original = async (): Promise<void> => {};
  known ??= [
    ...describe("promisify", original, util.promisify(original)),
    ...describe("callbackify", original, util.callbackify(original)),
  ];
  return known;
}

function describe(by: Maker, original: unknown, made: AnyFunction): Wrapper[] {
  const inspector = openInspector();
  if (inspector instanceof Error) return [];
  const { location, scopes } = inspector.inspectFunction(made);
  for (const { variables } of scopes) {
    const variable = Object.keys(variables).find((name) => variables[name] === original);
    if (variable !== undefined) return [{ by, location, variable }];
  }
  return [];
}

function isSamePlace(one: FunctionLocation | undefined, other: FunctionLocation | undefined): boolean {
  if (one === undefined || other === undefined || one.scriptId !== other.scriptId) return false;
  return one.lineNumber === other.lineNumber && one.columnNumber === other.columnNumber;
}

/**
 * Functions that one of Node's own has made: `promisify(readFile)`, `debuglog("net")`. They are internal to Node, and are made
 * again where they arrive. What has made a function is known by its text: it is the same as that of one made here.
 */
import * as util from "node:util";
import { promisifiedFrom } from "../../builtins/node-names.js";
import type { AnyFunction } from "../../live/function-facts.js";
import { type FunctionLocation, type FunctionView, openInspector } from "../../live/inspector.js";
import { scopeOf } from "../../live/scopes.js";
import type { MadeNode, PacketNode } from "../../packet.js";
import type { Encoding } from "../encoding.js";
import { Hop, type Path } from "../path.js";
import { encodeProperties } from "../properties.js";

type Maker = Extract<MadeNode["by"], "promisify" | "callbackify" | "debuglog">;

interface Wrapper {
  readonly by: Maker;
  readonly location: FunctionLocation | undefined;
  /** The variable that holds what it was made from. */
  readonly variable: string;
  /** One that was made here. */
  readonly made: AnyFunction;
}

let known: readonly Wrapper[] | undefined;

/** @returns how the receiver makes `fn`, which is internal to Node, again; undefined if that is not known */
export function encodeWrapped(
  encoding: Encoding,
  fn: AnyFunction,
  view: FunctionView,
  path: Path,
): PacketNode | undefined {
  const wrapper = wrappers().find(({ location }) => isSamePlace(location, view.location));
  const original = wrapper ? scopeOf(wrapper.variable, view.scopes)?.variables[wrapper.variable] : promisifiedFrom(fn);
  if (original === undefined) return undefined;
  const isMade = (key: PropertyKey): boolean =>
    key === util.promisify.custom || hasOwn(original, key) || isAccessor(wrapper?.made, key);
  return {
    ...{ t: "made", by: wrapper?.by ?? "promisify" },
    args: [encoding.entry(original, path, new Hop(".original"))],
    ...encodeProperties(encoding, fn, path, isMade),
  };
}

function hasOwn(original: unknown, key: PropertyKey): boolean {
  return typeof original === "function" && Object.hasOwn(original, key);
}

function isAccessor(made: AnyFunction | undefined, key: PropertyKey): boolean {
  return made !== undefined && Object.getOwnPropertyDescriptor(made, key)?.get !== undefined;
}

function wrappers(): readonly Wrapper[] {
  const original = async (): Promise<void> => {};
  const section = "what this is made from";
  known ??= [
    ...describe("promisify", original, util.promisify(original)),
    ...describe("callbackify", original, util.callbackify(original)),
    ...describe("debuglog", section, util.debuglog(section)),
  ];
  return known;
}

function describe(by: Maker, original: unknown, made: AnyFunction): Wrapper[] {
  const inspector = openInspector();
  if (inspector instanceof Error) return [];
  const { location, scopes } = inspector.inspectFunction(made);
  for (const { variables } of scopes) {
    const variable = Object.keys(variables).find((name) => variables[name] === original);
    if (variable !== undefined) return [{ by, location, variable, made }];
  }
  return [];
}

function isSamePlace(one: FunctionLocation | undefined, other: FunctionLocation | undefined): boolean {
  if (one === undefined || other === undefined || one.scriptId !== other.scriptId) return false;
  return one.lineNumber === other.lineNumber && one.columnNumber === other.columnNumber;
}

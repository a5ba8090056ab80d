/**
 * How an object of the library shows itself: in `console.log` and `inspect`, as a string and as JSON. It says its class, its
 * state, what it holds and the fields that a subclass has added; it never waits, and never throws.
 */
import { builtin } from "../engine/builtin.js";
import { displayProperty } from "./display.js";
import { plainJson } from "./plain-json.js";
import { visible } from "./user-text.js";

/** What there is to see of an object at this moment. */
export interface Look {
  /** In parentheses behind the class: `unlocked`. */
  readonly state?: string | undefined;
  /** A number or the like, in parentheses too. */
  readonly value?: number | bigint | boolean | undefined;
  /** An array, a Map or a plain object, shown as such. */
  readonly holds?: object | undefined;
  /** How many items it holds besides. */
  readonly more?: number;
}

/** How objects of one class are looked at. */
export interface Shown<T> {
  /** @returns whether a constructor has made it: a prototype, and what is only derived from one, has no state */
  isMade(object: T): boolean;
  /** @param most items that are shown */
  look(object: T, most: number): Look;
  /** @returns what JSON holds in its place; undefined, and left out: what `String` gives */
  json?(object: T): unknown;
  /** @returns the object as a string; undefined, and left out: what `inspect` gives */
  text?(object: T): string | undefined;
  /** In place of the class: for a part of something, whose class is nobody's business. */
  readonly name?: string;
  /** Fields that say nothing more. */
  readonly hides?: readonly string[];
}

interface Options {
  readonly maxArrayLength?: number | null;
  readonly stylize?: (text: string, style: string) => string;
}

type Inspect = (value: unknown, options: object) => string;

const CUSTOM = Symbol.for("nodejs.util.inspect.custom");
const DEFAULT_MOST = 100;

const nodeInspect = (): Inspect => builtin("node:util").inspect;

/** Those that are being shown: one that holds itself is met again. */
const showing = new Set<object>();

/** From now on objects of that class show themselves so. */
export function showAs<T extends object>(theClass: { readonly prototype: T }, shown: Shown<T>): void {
  const methods = {
    // Test frameworks call it with less than Node does.
    [CUSTOM](this: T, depth: number | null = null, options: Options = {}, inspect: Inspect = nodeInspect()): string {
      const name = shown.name ?? classOf(this);
      const brief = showing.has(this) ? "[Circular]" : depth !== null && depth < 0 ? `[${name}]` : undefined;
      if (brief !== undefined) return options.stylize?.(brief, "special") ?? brief;
      const most = options.maxArrayLength ?? (options.maxArrayLength === null ? Infinity : DEFAULT_MOST);
      const show = (value: unknown): string => inspect(value, { ...options, depth });
      return whole(this, shown, name, most, show);
    },
    toString(this: T): string {
      if (isPrototype(this)) return `${classOf(this)}.prototype`;
      return (shown.isMade(this) ? shown.text?.(this) : undefined) ?? builtin("node:util").inspect(this);
    },
    toJSON(this: T): unknown {
      return plainJson(this, () => (shown.isMade(this) ? shown.json?.(this) : undefined) ?? String(this));
    },
  };
  for (const key of Reflect.ownKeys(methods)) {
    const value: unknown = Reflect.get(methods, key);
    Object.defineProperty(theClass.prototype, key, { value, writable: true, configurable: true });
  }
}

/** @returns the plain data for JSON, which knows no bigint */
export function jsonOf(value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function classOf(object: object): string {
  return visible(displayProperty(object.constructor, "name") || "Object");
}

/** Node shows them by themselves: its `inspect` asks no prototype. */
function isPrototype(object: object): boolean {
  return Object.hasOwn(object, "constructor") && object.constructor.prototype === object;
}

function whole<T extends object>(
  object: T,
  shown: Shown<T>,
  name: string,
  most: number,
  show: (value: unknown) => string,
): string {
  showing.add(object);
  try {
    const look = lookAt(object, shown, most);
    const parts = [name + stateOf(look, show), held(look, show)];
    const fields = Object.entries(object).filter(([key]) => !shown.hides?.includes(key));
    if (fields.length > 0) parts.push(show(Object.fromEntries(fields)));
    return parts.filter((part) => part !== "").join(" ");
  } finally {
    showing.delete(object);
  }
}

function lookAt<T extends object>(object: T, shown: Shown<T>, most: number): Look {
  if (!shown.isMade(object)) return { state: "not constructed" };
  try {
    return shown.look(object, most);
  } catch (error) {
    // Not swallowed: this is what can be said of it.
    return { state: `cannot be shown: ${displayProperty(error as object, "message") ?? ""}` };
  }
}

function stateOf({ state, value, holds, more = 0 }: Look, show: (value: unknown) => string): string {
  const size = Array.isArray(holds) ? holds.length : holds instanceof Map ? holds.size : undefined;
  const words = [
    state && visible(state),
    value === undefined ? undefined : show(value),
    size === undefined ? undefined : String(size + more),
  ].filter((word) => word !== undefined);
  return words.length === 0 ? "" : `(${words.join(", ")})`;
}

/** @returns the contents without the name of the class that stands for them */
function held({ holds, more = 0 }: Look, inspect: (value: unknown) => string): string {
  if (holds === undefined) return "";
  const text = inspect(holds).replace(/^Map\(\d+\) /, "");
  if (more === 0) return text;
  const rest = `... ${more} more item${more === 1 ? "" : "s"}`;
  return text.replace(/(?<!\s)(\s*)([\]}])$/, (_, space: string, end: string) => {
    return space.includes("\n") ? `,\n  ${rest}\n${end}` : `, ${rest} ${end}`;
  });
}

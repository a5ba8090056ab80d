/** Whether a place in a function that changes something changes a copy: decided by what its variables hold as it is sent. */
import { types } from "node:util";
import { knownName } from "../../builtins/known-names.js";
import { type AnyFunction, textOf } from "../../live/function-facts.js";
import { registrationFor } from "../../registry.js";
import { changesOfThis, type Mutation } from "../../text/mutations.js";
import { parseFunction } from "../../text/syntax.js";

/**
 * @param moved what is not copied
 * @param asked methods that were looked into: each is asked once, as they may call each other
 * @returns whether the change is made to a copy of something that `value` is or leads to
 */
export function changesCopy(
  value: unknown,
  { keys, method }: Mutation,
  moved: ReadonlySet<unknown>,
  asked: Set<AnyFunction> = new Set(),
): boolean {
  let holder = value;
  for (const key of keys) {
    if (!isCopied(holder, moved)) return false;
    const member = key === null ? firstMember(holder) : memberOf(holder, key);
    // A getter, or nothing is there yet: then the name of the method is all there is to go by.
    if (member === undefined) return true;
    holder = member.value;
  }
  if (!isCopied(holder, moved)) return false;
  if (method === undefined) return true;
  const called = memberOf(holder, method)?.value;
  return typeof called === "function" && isChanging(holder, called, moved, asked);
}

/** Whether another thread gets a copy of its own. */
function isCopied(value: unknown, moved: ReadonlySet<unknown>): value is object {
  if (typeof value !== "object" || value === null || moved.has(value)) return false;
  if (types.isProxy(value) || registrationFor(value) !== undefined || knownName(value) !== undefined) return false;
  if (types.isSharedArrayBuffer(value)) return false;
  return !ArrayBuffer.isView(value) || !types.isSharedArrayBuffer(value.buffer);
}

/** @returns what a property holds, its own or inherited; undefined if it is not there, or is an accessor */
function memberOf(object: object, key: string): { readonly value: unknown } | undefined {
  for (let each: object | null = object; each !== null && !types.isProxy(each); each = Object.getPrototypeOf(each)) {
    const property = Object.getOwnPropertyDescriptor(each, key);
    if (property !== undefined) return "value" in property ? { value: property.value } : undefined;
  }
  return undefined;
}

/** Stands for all of them: items of a list are of one kind. */
function firstMember(object: object): { readonly value: unknown } | undefined {
  const first = types.isMap(object) || types.isSet(object) ? undefined : Object.keys(object)[0];
  return first === undefined ? undefined : memberOf(object, first);
}

/** A method of the engine's collections changes them; one of the user's does if its text, or what it calls on `this`, does. */
function isChanging(
  object: object,
  method: AnyFunction,
  moved: ReadonlySet<unknown>,
  asked: Set<AnyFunction>,
): boolean {
  if (types.isProxy(method) || asked.has(method)) return false;
  const text = Function.prototype.toString.call(method);
  if (text.endsWith("{ [native code] }") || knownName(method) !== undefined) return true;
  asked.add(method);
  return changesBy(method).some((change) => mayHappen(object, change) && changesCopy(object, change, moved, asked));
}

/** Objects that are changed only while they are being made say so of themselves. */
function mayHappen(object: object, { conditions = [] }: Mutation): boolean {
  return conditions.every(({ keys, whether }) => {
    const value = valueAt(object, keys);
    return value === undefined || Boolean(value.value) === whether;
  });
}

/** @returns what the properties lead to, which is `undefined` where there is none; nothing where an accessor would have to be asked */
function valueAt(object: object, keys: Mutation["keys"]): { readonly value: unknown } | undefined {
  let value: unknown = object;
  for (const key of keys) {
    if (key === null || key.startsWith("#") || typeof value !== "object" || value === null || types.isProxy(value))
      return undefined;
    const isThere = key in value;
    const member = memberOf(value, key);
    if (isThere && member === undefined) return undefined;
    value = member?.value;
  }
  return { value };
}

const known = new WeakMap<AnyFunction, readonly Mutation[]>();

/** @returns what a method changes of its `this` */
function changesBy(method: AnyFunction): readonly Mutation[] {
  let changes = known.get(method);
  if (changes === undefined) {
    const { node } = parseFunction(textOf(method));
    changes = node.type === "FunctionExpression" ? changesOfThis(node) : [];
    known.set(method, changes);
  }
  return changes;
}

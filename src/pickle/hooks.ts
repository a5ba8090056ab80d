/**
 * How objects of a user's class travel when the user decides. Unlike a registration of the library (registry.ts) the two
 * functions go with each object, so that the other side needs to know nothing beforehand, and knows them afterwards.
 */
import { checkFunction, wrongType } from "../platform/errors/arguments.js";
import type { AnyClass } from "./registry.js";

/** A class whose objects are `T`; abstract ones and ones with private constructors included. */
export type ClassOf<T extends object> = AnyClass & { readonly prototype: T };

/** What stands for an object while it travels. Both functions must be able to travel themselves. */
export interface PickleHooks<T extends object, D> {
  /** @returns what `revive` needs; anything that can travel and does not hold the object itself */
  reduce(object: T): D;
  /** Makes the object anew. `cls` is the registered class, or the subclass that the object is of. */
  revive(data: D, cls: ClassOf<T>): T;
}

export type AnyHooks = PickleHooks<object, unknown>;

const byClass = new WeakMap<AnyClass, AnyHooks>();
let count = 0;

/**
 * Decides how objects of `cls`, and of subclasses of it, travel: for classes of which a copy of the properties is not
 * enough, because they hold a handle, a cache or private state of a package. A second call replaces the first.
 *
 * Where such an object arrives the class is registered, too. A worker that makes the first one by itself has to
 * register it by itself, best in the module of the class.
 *
 * Python: copyreg.pickle, `__reduce__`.
 *
 * @example
 * import { createHash } from "node:crypto";
 * import { register } from "heddle/pickle";
 * import { Thread } from "heddle/threading";
 *
 * class Digest {
 *   readonly hash; // cannot travel
 *   readonly text: string;
 *   constructor(text: string) {
 *     this.text = text;
 *     this.hash = createHash("md5").update(text);
 *   }
 *   hex() {
 *     return this.hash.copy().digest("hex");
 *   }
 * }
 * register(Digest, { reduce: (digest) => digest.text, revive: (text: string) => new Digest(text) });
 * const digest = new Digest("loom");
 * console.log(await new Thread({ target: () => digest.hex().slice(0, 8) }).start().result()); // f8d1ce19
 *
 * @throws {TypeError} if `cls` is no class or a hook is no function
 */
export function register<T extends object, D>(cls: ClassOf<T>, hooks: PickleHooks<T, D>): void {
  if (typeof cls !== "function" || typeof cls.prototype !== "object") {
    throw wrongType("register: cls", "a class", cls);
  }
  if (typeof hooks !== "object" || hooks === null) throw wrongType("register: hooks", "an object", hooks);
  checkFunction("register: reduce", hooks.reduce);
  checkFunction("register: revive", hooks.revive);
  count++;
  byClass.set(cls, hooks as unknown as AnyHooks);
}

/** Registers a class as it is where its object came from, unless it is registered here. */
export function adoptHooks(cls: AnyClass, hooks: AnyHooks): void {
  count++;
  if (!byClass.has(cls)) byClass.set(cls, hooks);
}

/** @returns how often a class was registered */
export function hookCount(): number {
  return count;
}

/** @returns how `cls` itself is registered, or undefined */
export function hooksOf(cls: unknown): AnyHooks | undefined {
  return count > 0 && typeof cls === "function" ? byClass.get(cls as AnyClass) : undefined;
}

/** @returns the nearest registered class in the prototype chain of `object`, and its hooks */
export function hooksFor(object: object): readonly [owner: AnyClass, hooks: AnyHooks] | undefined {
  if (count === 0) return undefined;
  for (let proto = Object.getPrototypeOf(object); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const owner: unknown = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
    const hooks = hooksOf(owner);
    if (hooks !== undefined && (owner as AnyClass).prototype === proto) return [owner as AnyClass, hooks];
  }
  return undefined;
}

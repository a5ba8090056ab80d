/**
 * How objects of a class travel when the class itself decides: locks and queues send a handle to shared memory.
 * The worker must revive classes of layers above this one, so each registers itself in a static block; the packet names
 * module and export, and reviving loads that module.
 */
import type { Reach, Realm } from "../memory/realm.js";
import { classNameOf, withArticle } from "../platform/words/name-of.js";
import type { Destination } from "./destination.js";
import { PickleError } from "./errors.js";
import { loadModule } from "./modules/load.js";
import { noteImported } from "./modules/noted-imports.js";

/** Any class, abstract ones and ones with private constructors included. */
// biome-ignore lint/complexity/noBannedTypes: the only type that a class with a private constructor has
export type AnyClass = Function & { readonly prototype: object };

/** How objects of one class travel. */
export interface Registration<T extends object = object, D = unknown> {
  /** `import.meta.url` of the module that registers and exports the class. */
  readonly url: string;
  /** Name of the export. */
  readonly name: string;
  /**
   * @param inside the realm in whose memory it will stand; undefined in a message
   * @returns what stands for `object`; it travels like any value
   */
  reduce(object: T, inside?: Realm): D;
  /**
   * Makes the object anew. `cls` is the registered class or a user's subclass of it. Own properties of the original are
   * defined afterwards.
   *
   * @param inside the realm in whose memory the data stood; undefined in a message
   */
  revive(data: D, cls: AnyClass, inside?: Realm): T;
  /** @returns why this object stays where it is, and what to do instead; undefined if it travels. Asked first. */
  refuse?(object: T, to: Destination): string | undefined;
  /** @returns how far away the object can be used: sending it farther is refused; left out, anywhere */
  reach?(object: T): Reach;
}

const byClass = new Map<unknown, Registration>();
const byName = new Map<string, Registration>();

/** Makes objects of `cls`, and of subclasses of it, travel by `registration`. Call it in a static block of the class. */
export function register<T extends object, D>(cls: AnyClass, registration: Registration<T, D>): void {
  byClass.set(cls, registration as unknown as Registration);
  const { url, name } = registration;
  byName.set(`${url}#${name}`, registration as unknown as Registration);
  noteImported(cls, { url, name });
}

/** Makes objects of `cls`, and of subclasses of it, stay where they were made. Call it in a static block of the class. */
export function stay(cls: AnyClass, url: string, name: string): void {
  const travels = (): never => {
    throw new PickleError(`Cannot receive ${withArticle(name)}: it stays with who made it`);
  };
  register(cls, { url, name, refuse: stays, reduce: travels, revive: travels });
}

/** @returns why an object that is at work for its maker cannot be copied */
export function stays(object: object): string {
  const what = `it is ${withArticle(classNameOf(object))}, which stays with who made it`;
  return `${what}. Make one in the worker, or send what the function needs without it`;
}

/** A class that a function of a library made: it travels as what it was made from. */
export interface MadeClass {
  /** `import.meta.url` of the module, and the name, under which its maker is registered. */
  readonly url: string;
  readonly name: string;
  /** Handed to the `revive` of that registration, which gives the class. */
  readonly data: unknown;
}

const madeClasses = new WeakMap<AnyClass, MadeClass>();

/** Makes the class `cls` travel as what it was made from, instead of by its source text. */
export function registerMade(cls: AnyClass, made: MadeClass): void {
  madeClasses.set(cls, made);
}

/** @returns what `cls` was made from, if that was registered */
export function madeFrom(cls: AnyClass): MadeClass | undefined {
  return madeClasses.get(cls);
}

/** @returns how `cls` itself is registered, or undefined */
export function registrationOf(cls: unknown): Registration | undefined {
  return byClass.get(cls);
}

/** @returns the registration of the nearest class in the prototype chain of `object` */
export function registrationFor(object: object): Registration | undefined {
  if (byClass.size === 0) return undefined;
  for (let proto = Object.getPrototypeOf(object); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const own = Object.getOwnPropertyDescriptor(proto, "constructor");
    const found = own && byClass.get(own.value);
    if (found !== undefined && own?.value.prototype === proto) return found;
  }
  return undefined;
}

/** @throws {PickleError} if the module at `url` does not register `name` */
export function registrationNamed(url: string, name: string): Registration {
  const key = `${url}#${name}`;
  if (!byName.has(key)) loadModule(url);
  const found = byName.get(key);
  if (found === undefined)
    throw new PickleError(`Cannot receive an object of class ${name}: ${url} does not register it`);
  return found;
}

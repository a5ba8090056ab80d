/**
 * What the bytes of a realm say by number: the shapes of objects, and the classes whose objects live in shared memory and
 * travel as one number (pickle/registry.ts), which are named by their class's number and their own.
 */
import type { Realm } from "../../memory/realm.js";
import { loadExport } from "../../pickle/modules/load.js";
import { type AnyClass, registrationFor, registrationNamed, registrationOf } from "../../pickle/registry.js";
import { type MakeObject, makerOf, type Values } from "./object-makers.js";

export class Vocabulary {
  readonly realm: Realm;
  readonly #classes = new Map<object, number | undefined>();
  readonly #revivers: ((handle: number) => unknown)[] = [];
  readonly #makers: MakeObject[] = [];

  constructor(realm: Realm) {
    this.realm = realm;
  }

  /** @returns the number of objects with these keys; undefined if there are too many kinds of objects */
  shape(keys: readonly string[]): number | undefined {
    return this.realm.names.numberOf(keys);
  }

  /** Makes an object of that shape. */
  make(shape: number, values: Values): object {
    this.#makers[shape] ??= makerOf(this.realm.names.list(shape));
    return this.#makers[shape](values);
  }

  /** @returns the number of the class with that prototype; undefined if its objects do not travel in this way */
  handleClass(prototype: object): number | undefined {
    if (!this.#classes.has(prototype)) this.#classes.set(prototype, this.#find(prototype));
    return this.#classes.get(prototype);
  }

  /** @returns the number of the object; undefined if it has none in this realm */
  handleOf(object: object): number | undefined {
    const handle = registrationFor(object)!.reduce(object, this.realm);
    return typeof handle === "number" && (handle | 0) === handle ? handle : undefined;
  }

  /** @returns this thread's object */
  revive(number: number, handle: number): unknown {
    this.#revivers[number] ??= this.#reviverOf(number);
    return this.#revivers[number](handle);
  }

  #find(prototype: object): number | undefined {
    const own = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as AnyClass | undefined;
    const registration = own?.prototype === prototype ? registrationOf(own) : undefined;
    // Subclasses of users are found by other means: they may be defined anywhere.
    if (registration?.reach === undefined) return undefined;
    return this.realm.names.numberOf([registration.url, registration.name]);
  }

  #reviverOf(number: number): (handle: number) => unknown {
    const [url, name] = this.realm.names.list(number) as [string, string];
    const registration = registrationNamed(url, name);
    const itsClass = loadExport(url, name) as AnyClass;
    return (handle) => registration.revive(handle, itsClass, this.realm);
  }
}

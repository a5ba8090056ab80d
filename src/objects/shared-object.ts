/**
 * Objects that live in the heap: how one thread's object stands for what all threads share.
 *
 * An object is a handle and nothing else; it travels as that number, and a thread keeps one object per handle, so that
 * what arrives twice is the same object.
 *
 *   held by its maker ──first time it travels──▶ shared ──dispose──▶ freed
 *          └── garbage | its thread ends or dies | dispose ──▶ freed
 *
 * Invariant: the memory of an object that is held is reached through that object only. So a class whose memory can be
 * reached without it (whose words are waited on by something that does not hold the object) must not ask to be held.
 */
import { offerDepot } from "../depot/depot-starter.js";
import type { Handle } from "../memory/heap.js";
import { objectLabel } from "../memory/label.js";
import { onProcessRealm, processRealm } from "../memory/process-realm.js";
import type { Reach, Realm } from "../memory/realm.js";
import { realmNumbered } from "../memory/realms.js";
import type { Place } from "../memory/residents.js";
import { PickleError } from "../pickle/errors.js";
import { type AnyClass, register } from "../pickle/registry.js";
import { withArticle } from "../platform/words/name-of.js";
import { type Look, showAs } from "../platform/words/shown.js";
import { classNumber } from "./class-names.js";
import { disposedError } from "./gone.js";

/** Names an object: by its handle alone where it is clear in which realm. */
export type Address = Handle | { readonly realm: number; readonly handle: Handle };

/** Set while an object is made for memory that exists already. */
let reviving: { readonly handle: Handle; readonly actualClass: AnyClass; readonly realm: Realm } | undefined;

/** Set while an object is made for a realm that is not that of its class. */
let chosen: Realm | undefined;

/** Static method of a class of shared objects: the realm that its objects live in. */
export const REALM = Symbol("realm");

export abstract class SharedObject {
  static {
    onProcessRealm(offerDepot);
    showAs<SharedObject>(SharedObject, {
      isMade: (object) => #handle in object,
      look: (object, most) => {
        const look = object.isDisposed ? "disposed" : object.describe(most);
        return typeof look === "string" ? { state: look } : (look ?? {});
      },
      json: (object) => (object.isDisposed ? undefined : object.toPlain()),
      text: (object) => (object.isDisposed ? undefined : object.toText()),
    });
  }

  /** Where objects of the class live; a class for other memory has another one. @internal */
  protected static [REALM](): Realm {
    return processRealm();
  }

  readonly #realm: Realm;
  readonly #place: Place;
  readonly #isRevived: boolean;
  #handle: Handle;

  /**
   * @param bytes memory of a new object; zeroed
   * @param kind of `ObjectKind`, if the object is to be held: its memory is given back when it is garbage, unless it has
   *   travelled; left out, it stays until `dispose`
   */
  protected constructor(bytes: number, kind?: number) {
    // A subclass may make other objects before it gets here: those are new.
    const existing = reviving?.actualClass === new.target ? reviving : undefined;
    const realm = existing?.realm ?? chosen ?? realmOfClass(new.target);
    const { residents } = realm;
    residents.tick();
    const label = existing === undefined ? objectLabel(kind ?? 0, classNumber(realm, new.target, SharedObject)) : 0;
    const slot = existing === undefined && kind !== undefined ? realm.ledger.create(bytes, label) : 0;
    this.#realm = realm;
    this.#handle = existing?.handle ?? (slot === 0 ? realm.create(bytes, label) : realm.ledger.handleAt(slot));
    this.#isRevived = existing !== undefined;
    if (existing !== undefined) reviving = undefined;
    this.#place = slot === 0 ? residents.addShared(this, this.#handle) : residents.addHeld(this, slot);
  }

  /** @returns true if the object of class `actualClass` that is being made stands for memory that exists already @internal */
  protected static isRevival(actualClass: AnyClass): boolean {
    return reviving?.actualClass === actualClass;
  }

  /** True if another object has set the memory up before. */
  protected get isRevived(): boolean {
    return this.#isRevived;
  }

  /** Gives a new object its first contents. If that fails the constructor does, so the memory goes back. */
  protected begin(fill: () => void): void {
    if (this.#isRevived) return;
    try {
      fill();
    } catch (error) {
      // Not `this.dispose()`: a subclass that overrides it has not been constructed yet.
      SharedObject.prototype.dispose.call(this);
      throw error;
    }
  }

  protected get isDisposed(): boolean {
    return this.#handle === 0;
  }

  /** For the object's own use; whoever gives it away calls `handleOf`. @throws {RuntimeError} after `dispose` */
  protected get handle(): Handle {
    if (this.#handle === 0) throw disposedError(this.constructor.name);
    return this.#handle;
  }

  /** Makes objects of the class, which the module at `url` exports as `name`, travel between threads as handles. @internal */
  static register(sharedClass: AnyClass, url: string, name: string): void {
    register<SharedObject, Address>(sharedClass, {
      url,
      name,
      reach: SharedObject.reachOf,
      reduce: SharedObject.addressOf,
      revive: (address, actualClass, inside) => SharedObject.at(address, sharedClass, actualClass, inside),
    });
  }

  /** @returns where the object lives @internal */
  static realmOf(this: void, object: SharedObject): Realm {
    return object.#realm;
  }

  /** @returns whether both stand for the same memory: a subclass may have objects of its own @internal */
  static areSame(this: void, one: SharedObject, other: SharedObject): boolean {
    return one === other || (one.#realm === other.#realm && one.#handle === other.#handle && one.#handle !== 0);
  }

  /** @returns how far away it can be used @internal */
  static reachOf(this: void, object: SharedObject): Reach {
    return object.#realm.reach;
  }

  /** Makes an object for that realm instead of that of its class. `make` calls a constructor of the library. @internal */
  static in<T extends SharedObject>(this: void, realm: Realm, make: () => T): T {
    const outer = chosen;
    chosen = realm;
    try {
      return make();
    } finally {
      chosen = outer;
    }
  }

  /**
   * @param inside whose memory it will stand in; left out, it travels in a message
   * @returns what names the object there; from now on it is shared
   * @internal
   */
  static addressOf(this: void, object: SharedObject, inside: Realm = processRealm()): Address {
    const handle = SharedObject.handleOf(object);
    return object.#realm === inside ? handle : { realm: object.#realm.id, handle };
  }

  /** @returns this thread's object at that address @throws {PickleError} if this thread has no such memory @internal */
  static at(address: Address, sharedClass: AnyClass, actualClass = sharedClass, inside = processRealm()): SharedObject {
    if (typeof address === "number") return SharedObject.revive(inside, address, sharedClass, actualClass);
    const realm = realmNumbered(address.realm);
    if (realm !== undefined) return SharedObject.revive(realm, address.handle, sharedClass, actualClass);
    throw new PickleError(
      `Cannot receive ${withArticle(sharedClass.name)}: it lives in memory that this thread has no access to`,
    );
  }

  /** @returns the handle, to be given away: from now on the object is shared @internal */
  static handleOf(this: void, object: SharedObject): Handle {
    const { handle } = object;
    // First: it must not be known elsewhere while what it names is not.
    object.travels();
    object.#realm.residents.letGo(object.#place, handle);
    return handle;
  }

  /** From now on the object is shared, unless it is disposed of. @internal */
  static letGo(this: void, object: SharedObject): void {
    if (!object.isDisposed) SharedObject.handleOf(object);
  }

  /** @returns the handle, for the memory of an object that holds this one, and lets it go when it travels itself @internal */
  static handleWithin(this: void, object: SharedObject): Handle {
    return object.handle;
  }

  /**
   * @param sharedClass the library's class; the constructor of a user's subclass does not run again: its fields travel
   * @returns this thread's object for that memory
   * @internal
   */
  static revive(realm: Realm, handle: Handle, sharedClass: AnyClass, actualClass = sharedClass): SharedObject {
    const existing = realm.residents.find(handle) as SharedObject | undefined;
    // Another one may be left over from memory that was disposed of and used again.
    if (existing?.constructor === actualClass) return existing;
    const outer = reviving;
    reviving = { handle, actualClass, realm };
    try {
      return Reflect.construct(sharedClass, [], actualClass) as SharedObject;
    } finally {
      reviving = outer;
    }
  }

  /**
   * Called by `dispose`. What does not ask for `handle` at each use, because it is fast, lets go of the memory here and
   * reaches a GoneWord or GoneCell from now on.
   *
   * @internal
   */
  protected retire(): void {}

  /** Called by a `dispose` that has given back all that the object had inside: it is not looked for once more. @internal */
  protected emptied(): void {
    this.#realm.ledger.emptied(this.handle);
  }

  /** Called before the object is known elsewhere: what it names in its memory is let go. @internal */
  protected travels(): void {}

  /** @returns what is shown of it at this moment: its state, or what it holds, of which `most` items. @internal */
  protected describe(_most: number): string | Look | undefined {
    return undefined;
  }

  /** @returns it as a string; undefined: what is shown of it. @internal */
  protected toText(): string | undefined {
    return undefined;
  }

  /** @returns what it holds as JSON has it; undefined: it holds nothing, JSON names it. @internal */
  protected toPlain(): unknown {
    return undefined;
  }

  /**
   * Gives the object's memory back. Used again, it throws RuntimeError; other threads may not use theirs any more, and nobody,
   * in whatever thread, may still be waiting at it: such a wait is not ended by this. Disposing twice does nothing.
   */
  dispose(): void {
    if (this.#handle === 0) return;
    const handle = this.#handle;
    this.#handle = 0;
    this.retire();
    if (!this.#realm.residents.remove(this.#place)) this.#realm.destroy(handle);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** A class that inherits only the prototype, as `util.inherits` makes it, has no statics. */
function realmOfClass(itsClass: unknown): Realm {
  return (itsClass as { [REALM]?(): Realm })[REALM]?.() ?? processRealm();
}

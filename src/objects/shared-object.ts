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
import { onProcessHeap, processHeap } from "../memory/process-heap.js";
import { type AnyClass, register } from "../pickle/registry.js";
import { onRebirth } from "../platform/rebirth.js";
import { type Look, showAs } from "../platform/shown.js";
import { disposedError } from "./gone.js";
import { type Place, Residents } from "./residents.js";

/** The objects of this thread. */
const residents = new Residents<SharedObject>(() => processHeap().ledger);

/** Set while an object is made for memory that exists already. */
let reviving: { readonly handle: Handle; readonly actualClass: AnyClass } | undefined;

export abstract class SharedObject {
  static {
    onProcessHeap(offerDepot);
    onRebirth(() => residents.forget());
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
    const existing = reviving?.actualClass === new.target ? reviving.handle : undefined;
    residents.tick();
    const memory = processHeap();
    const slot = existing === undefined && kind !== undefined ? memory.ledger.create(bytes, kind) : 0;
    this.#handle = existing ?? (slot === 0 ? memory.create(bytes) : memory.ledger.handleAt(slot));
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
    register<SharedObject, Handle>(sharedClass, {
      url,
      name,
      threadsOnly: true,
      reduce: SharedObject.handleOf,
      revive: (handle, actualClass) => SharedObject.revive(handle, sharedClass, actualClass),
    });
  }

  /** @returns the handle, to be given away: from now on the object is shared @internal */
  static handleOf(this: void, object: SharedObject): Handle {
    const { handle } = object;
    // First: it must not be known elsewhere while what it names is not.
    object.travels();
    residents.letGo(object.#place, handle);
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
  static revive(handle: Handle, sharedClass: AnyClass, actualClass = sharedClass): SharedObject {
    const existing = residents.find(handle);
    // Another one may be left over from memory that was disposed of and used again.
    if (existing?.constructor === actualClass) return existing;
    const outer = reviving;
    reviving = { handle, actualClass };
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
    if (!residents.remove(this.#place)) processHeap().destroy(handle);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

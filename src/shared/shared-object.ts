/**
 * Objects that live in the heap: how one thread's object stands for what all threads share.
 *
 * An object is a handle and nothing else; it travels as that number, and a thread keeps one object per handle, so that
 * what arrives twice is the same object. Its memory is given back by `dispose()`.
 */
import type { Handle } from "../memory/heap.js";
import { processHeap } from "../memory/process-heap.js";
import { type AnyClass, register } from "../pickle/registry.js";
import { RuntimeError } from "../platform/errors.js";

/** The objects of this thread, by handle. */
const interned = new Map<Handle, WeakRef<SharedObject>>();
const forget = new FinalizationRegistry<Handle>((handle) => {
  if (interned.get(handle)?.deref() === undefined) interned.delete(handle);
});

/** Set while an object is made for memory that exists already. */
let reviving: { readonly handle: Handle; readonly actualClass: AnyClass } | undefined;

export abstract class SharedObject {
  #handle: Handle;
  readonly #isRevived: boolean;

  /** @param bytes memory of a new object; zeroed */
  protected constructor(bytes: number) {
    // A subclass may make other objects before it gets here: those are new.
    const existing = reviving?.actualClass === new.target ? reviving.handle : undefined;
    if (existing !== undefined) reviving = undefined;
    this.#handle = existing ?? processHeap().create(bytes);
    this.#isRevived = existing !== undefined;
    interned.set(this.#handle, new WeakRef(this));
    forget.register(this, this.#handle, this);
  }

  /** True if another object has set the memory up before. */
  protected get isRevived(): boolean {
    return this.#isRevived;
  }

  protected get isDisposed(): boolean {
    return this.#handle === 0;
  }

  /** @throws {RuntimeError} after `dispose` */
  protected get handle(): Handle {
    if (this.#handle === 0) throw new RuntimeError(`Cannot use this ${this.constructor.name}: it has been disposed`);
    return this.#handle;
  }

  /** Makes objects of the class, which the module at `url` exports as `name`, travel between threads as handles. */
  static register(sharedClass: AnyClass, url: string, name: string): void {
    register<SharedObject, Handle>(sharedClass, {
      url,
      name,
      threadsOnly: true,
      reduce: (object) => object.handle,
      revive: (handle, actualClass) => SharedObject.revive(handle, actualClass),
    });
  }

  /** Makes new objects for what arrives from now on: this thread's worker begins another thread. */
  static forgetAll(): void {
    interned.clear();
  }

  static handleOf(object: SharedObject): Handle {
    return object.handle;
  }

  /** @returns this thread's object for that memory */
  static revive(handle: Handle, actualClass: AnyClass): SharedObject {
    const existing = interned.get(handle)?.deref();
    if (existing !== undefined) return existing;
    const outer = reviving;
    reviving = { handle, actualClass };
    try {
      return Reflect.construct(actualClass, []) as SharedObject;
    } finally {
      reviving = outer;
    }
  }

  /** Gives the object's memory back. No thread may use the object any more; disposing twice does nothing. */
  dispose(): void {
    if (this.#handle === 0) return;
    const handle = this.#handle;
    this.#handle = 0;
    interned.delete(handle);
    forget.unregister(this);
    processHeap().destroy(handle);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** A variable of which each thread has its own. */
import { register } from "../pickle/registry.js";
import { onRebirth, uniqueName } from "../platform/engine/this-thread.js";
import { checkFunction } from "../platform/errors/arguments.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { showAs } from "../platform/words/shown.js";

/** What stands for one that travels: who arrives twice in a thread is one object there, and keeps its value. */
interface Traveller {
  readonly id: string;
  readonly init: (() => unknown) | undefined;
}

/** Those that have left or reached this thread. */
const travelled = new Map<string, ThreadLocal<unknown>>();
onRebirth(() => travelled.clear());

/**
 * A value of which each thread has its own. What one thread sets, no other sees.
 *
 * Python: threading.local, whose attributes become fields of `value` here.
 *
 * @example
 * import { Thread, ThreadLocal } from "heddle/threading";
 *
 * const log = new ThreadLocal<string[]>(() => []);
 * log.value.push("main");
 * const other = new Thread({ target: () => log.value.length });
 * console.log(await other.start().result(), log.value.length); // 0 1
 */
export class ThreadLocal<T> {
  static {
    register<ThreadLocal<unknown>, Traveller>(ThreadLocal, {
      url: import.meta.url,
      name: "ThreadLocal",
      reduce: (local) => local.#reduce(),
      revive: ({ id, init }) => travelled.get(id) ?? ThreadLocal.#arrive(id, init),
    });
    showAs<ThreadLocal<unknown>>(ThreadLocal, {
      isMade: (local) => #init in local,
      // Not by `value`, which would run `init`.
      look: (local) => (local.#value === undefined ? { state: "not set" } : { holds: { value: local.#value.value } }),
    });
  }

  readonly #init: (() => T) | undefined;
  #id: string | undefined;
  #value: { value: T } | undefined;

  /**
   * @param init makes the value of a thread that reads before it has set one; it must be able to travel
   * @throws {TypeError} if `init` is no function
   */
  constructor(init?: () => T) {
    if (init !== undefined) checkFunction("ThreadLocal: init", init);
    this.#init = init;
  }

  /**
   * The calling thread's value.
   *
   * @throws {RuntimeError} when read in a thread that has set none, if there is no `init`. Python: AttributeError
   */
  get value(): T {
    if (this.#value === undefined) {
      if (this.#init === undefined) {
        throw new RuntimeError(
          "Cannot read this ThreadLocal: this thread has set no value, and it was made without init",
        );
      }
      this.#value = { value: this.#init() };
    }
    return this.#value.value;
  }
  set value(value: T) {
    this.#value = { value };
  }

  /** Forgets the calling thread's value: the next read runs `init` again. */
  delete(): void {
    this.#value = undefined;
  }

  #reduce(): Traveller {
    this.#id ??= uniqueName();
    travelled.set(this.#id, this as ThreadLocal<unknown>);
    return { id: this.#id, init: this.#init };
  }

  static #arrive(id: string, init: (() => unknown) | undefined): ThreadLocal<unknown> {
    const local = new ThreadLocal(init);
    local.#id = id;
    travelled.set(id, local);
    return local;
  }
}

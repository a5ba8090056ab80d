/** A flag that threads wait for. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { ObjectKind } from "../memory/ledger.js";
import { Patience } from "../memory/patience.js";
import { GoneWord } from "../objects/gone.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkNone, checkWait, checkWaitSync, type Wait } from "../platform/errors/arguments.js";
import { Event as Flag } from "../sync/event.js";

/** What `Event.statistics()` tells. */
export interface EventStatistics {
  readonly isSet: boolean;
}

/**
 * A flag: `wait` returns when it is set, at once if it is set already.
 *
 * Python: threading.Event.
 *
 * @example
 * import { Event, Thread } from "heddle/threading";
 *
 * const ready = new Event();
 * new Thread({ target: () => ready.set() }).start();
 * console.log(await ready.wait()); // true
 */
export class Event extends SharedObject {
  static {
    SharedObject.register(Event, import.meta.url, "Event");
  }

  #flag: Flag;

  constructor(...none: []) {
    checkNone("Event", none);
    super(4, ObjectKind.PLAIN);
    this.#flag = new Flag(
      SharedObject.realmOf(this).heap.word((this.handle << 4) + HEADER_WORDS, new Patience(), this),
    );
  }

  /** @internal */
  protected override retire(): void {
    this.#flag = new Flag(new GoneWord(this.constructor.name));
  }

  get isSet(): boolean {
    return this.#flag.isSet;
  }

  /** Sets the flag and wakes all who wait for it. */
  set(): void {
    this.#flag.set();
  }

  /** Takes the flag down; who was woken by `set` before is not held back. */
  clear(): void {
    this.#flag.clear();
  }

  /**
   * Waits until the flag is set.
   *
   * @returns false if the timeout came first
   * @throws `signal.reason` when the signal is aborted
   */
  async wait(wait?: Wait): Promise<boolean> {
    checkWait("wait", wait);
    return this.#flag.wait(wait);
  }

  /** As `wait`, blocking the calling thread. */
  waitSync(wait?: { timeout?: number }): boolean {
    checkWaitSync("waitSync", wait);
    return this.#flag.waitSync(wait?.timeout);
  }

  /** @internal */
  protected override describe(): string {
    return this.isSet ? "set" : "unset";
  }

  /** What can be seen of it at this moment. */
  statistics(): EventStatistics {
    return { isSet: this.isSet };
  }
}

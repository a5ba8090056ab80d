/**
 * Values of a dictionary that are computed once among all threads; the others wait for them (sync/single-maker.ts). No
 * lock is held while a value is computed: a claim is an entry of a table, which passes on when its thread dies.
 */
import { type EncodedItem, itemCodecOf } from "../channel/item-codec.js";
import type { Handle } from "../memory/heap.js";
import { NOTES_LOCK } from "../memory/layout.js";
import { ofRealm, type Realm } from "../memory/realm.js";
import { ShortLock } from "../memory/short-lock.js";
import { describe, type Wait } from "../platform/errors/arguments.js";
import { DeadlockError, TimeoutError } from "../platform/errors/errors.js";
import { refuseAsync, refusePromise } from "../platform/errors/synchronous.js";
import { Bell } from "../sync/bell.js";
import { Begun, SingleMaker, type Wanted } from "../sync/single-maker.js";
import { Standstill } from "../sync/standstill.js";
import { Claims } from "./claims.js";
import { type Computation, compute, computeAsync, isComputing } from "./computations.js";
import type { DictKey } from "./dict-key.js";
import { bellOf, claimsOf } from "./dict-layout.js";

const REMEDY = "await setDefault, which takes async functions";

/** Of one key: how its value is found and stored. */
export interface Slot {
  readonly computation: Computation & { readonly key: DictKey };
  /** @returns undefined if there is none */
  read(): { readonly value: unknown } | undefined;
  /** Stores the value unless another one is there by now. @returns the one that is there, if it is another */
  insert(item: EncodedItem): { readonly value: unknown } | undefined;
}

/** What is needed to compute values. */
interface Tools {
  readonly claims: Claims;
  readonly maker: SingleMaker;
  readonly standstill: Standstill;
}

export class Defaults {
  readonly #memory: Realm;
  readonly #dict: Handle;
  /** Made when it is first used: few dictionaries compute values. */
  #made: Tools | undefined;

  constructor(memory: Realm, dict: Handle) {
    this.#memory = memory;
    this.#dict = dict;
  }

  computeSync(slot: Slot, make: () => unknown, timeout: number | undefined): unknown {
    refuseAsync("setDefaultSync: make", REMEDY, make);
    const wanted = this.#wanted(slot);
    let begun = this.#tools.maker.tryBegin(wanted);
    if (begun === Begun.LATE) {
      this.#refuseOwnThread(slot.computation);
      begun = this.#tools.maker.beginSync(this.#watched(wanted, slot.computation, timeout), timeout);
    }
    if (begun === Begun.LATE) throw tooLate(slot.computation, timeout);
    if (begun === Begun.THERE) return wanted.found();
    try {
      return this.#stored(
        slot,
        compute(slot.computation, () => refusePromise("setDefaultSync: make", REMEDY, make())),
      );
    } finally {
      this.#tools.maker.finish(wanted);
    }
  }

  async compute(slot: Slot, make: () => unknown, wait: Wait): Promise<unknown> {
    const wanted = this.#wanted(slot);
    const begun = await this.#tools.maker.begin(wanted, wait);
    if (begun === Begun.LATE) throw tooLate(slot.computation, wait.timeout);
    if (begun === Begun.THERE) return wanted.found();
    try {
      return this.#stored(slot, await computeAsync(slot.computation, make));
    } finally {
      this.#tools.maker.finish(wanted);
    }
  }

  clear(): void {
    new Claims(this.#memory, claimsOf(this.#dict)).clear();
  }

  get #tools(): Tools {
    const [{ heap }, bell] = [this.#memory, bellOf(this.#dict)];
    this.#made ??= {
      claims: new Claims(this.#memory, claimsOf(this.#dict)),
      maker: new SingleMaker(new Bell(heap.word(bell), heap.word(bell + 1))),
      standstill: standstillOf(this.#memory),
    };
    return this.#made;
  }

  #stored(slot: Slot, value: unknown): unknown {
    const other = slot.insert(itemCodecOf(this.#memory).encode(value));
    return other === undefined ? value : other.value;
  }

  #wanted({ computation: { key }, read }: Slot): Wanted & { found(): unknown } {
    let seen: { readonly value: unknown } | undefined;
    const maker = this.#memory.me;
    return {
      isThere: () => (seen = read()) !== undefined,
      claim: () => this.#tools.claims.claim(key),
      watch: (lately) => this.#tools.claims.look(key, lately),
      endClaim: () => {
        this.#tools.claims.end(key, maker);
        this.#tools.standstill.endedClaim();
      },
      found: () => seen!.value,
    };
  }

  /** What a thread that computes nothing waits for may take long, but nobody waits for the thread meanwhile. */
  #watched(wanted: Wanted, computation: Slot["computation"], timeout: number | undefined): Wanted {
    if (!isComputing()) return wanted;
    const isForever = timeout === undefined || timeout === Infinity;
    return this.#tools.standstill.watched(
      wanted,
      () => this.#tools.claims.makerOf(computation.key),
      isForever,
      () => refuseCircle(computation),
    );
  }

  /** @throws {DeadlockError} if an async function of this very thread computes the value: it needs the event loop */
  #refuseOwnThread({ method, key }: Slot["computation"]): void {
    if (this.#tools.claims.makerOf(key) !== this.#memory.me) return;
    throw new DeadlockError(
      `${method}(${describe(key)}) would block this thread, in which an async function computes that value; await setDefault`,
    );
  }
}

/** @returns the one of this thread: a note tells for which of all the realm's values it waits */
const standstillOf = ofRealm((memory: Realm) => {
  const lock = new ShortLock(memory.heap.word(NOTES_LOCK), memory.owners);
  return new Standstill(lock, (thread) => memory.threads.waitNote(thread), memory.owners);
});

function refuseCircle({ method, key }: Computation): never {
  throw new DeadlockError(
    `${method}(${describe(key)}) would wait for ever: the thread that computes that value waits, by itself or through others, for ` +
      "one that this thread computes. Ask for values in the same order everywhere, or before computing",
  );
}

function tooLate({ method, key }: Computation, timeout: number | undefined): TimeoutError {
  return new TimeoutError(`${method}(${describe(key)}): another was still computing the value after ${timeout} ms`);
}

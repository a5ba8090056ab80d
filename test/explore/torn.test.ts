/** Deaths that all are told of until one has mended what the lock guards. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Word } from "#heddle/memory/word.js";
import type { Hold } from "#heddle/sync/monitor.js";
import { Acquired, Mutex } from "#heddle/sync/mutex.js";
import type { Owners } from "#heddle/sync/owners.js";
import { RecursiveMutex } from "#heddle/sync/recursive-mutex.js";
import { explore } from "./explore.js";
import { SOME_TIME } from "./model-word.js";
import { mutate } from "./mutants/mutate.js";
import { DEAD } from "./program.js";
import { caught, report } from "./report.js";

type MutexClass = typeof Mutex;
interface Words {
  lock: Word;
  deaths: Word;
  /** 0 while what the lock guards is whole. */
  broken: Word;
}
const WORDS = { lock: 0, deaths: 0, broken: 0 };
const GUARDS = { deaths: "lock", broken: "lock" } as const;
const TORN = -(2 ** 31);
const OWNER = 2 ** 30 - 1;

const mutexOf = (mutexClass: MutexClass, { lock, deaths }: Words, self: Owners): Mutex =>
  new mutexClass(lock, self, deaths);

/** @returns true if the caller was told. Who was not finds all whole. */
function isTold(acquired: Acquired, broken: Word): boolean {
  assert.notEqual(acquired, Acquired.FAILED);
  if (acquired !== Acquired.TAKEN) return true;
  assert.equal(broken.load(), 0, "broken, and not told");
  return false;
}

type Phase = (words: Words, self: Owners, carried: unknown) => unknown;

/** Takes the lock. Carries on whether it was told. */
const enters =
  (mutexClass: MutexClass): Phase =>
  (words, self) =>
    isTold(mutexOf(mutexClass, words, self).lockSync(), words.broken);

/** Breaks and mends what the lock guards, if it is whole. */
const works = (mutexClass: MutexClass): Phase[] => [
  enters(mutexClass),
  (words, self, told) => {
    if (!told) {
      words.broken.store(1);
      words.broken.store(0);
    }
    mutexOf(mutexClass, words, self).unlock();
  },
];

/** Repairs it if told, else looks. */
const repairs = (mutexClass: MutexClass): Phase[] => [
  enters(mutexClass),
  (words, self, told) => {
    const mutex = mutexOf(mutexClass, words, self);
    if (told) {
      words.broken.store(0);
      assert.equal(mutex.mend(), true);
    }
    mutex.unlock();
  },
];

/** Tries; who was told leaves all as it is. */
const looks = (mutexClass: MutexClass): Phase[] => [
  (words, self) => {
    const acquired = mutexOf(mutexClass, words, self).tryLock();
    if (acquired !== Acquired.FAILED) isTold(acquired, words.broken);
    return acquired;
  },
  (words, self, acquired) => {
    if (acquired === Acquired.FAILED) return;
    assert.equal(mutexOf(mutexClass, words, self).unlockIfOwner(self.me), true);
  },
];

/** What is broken in the end is said by the lock. */
function assertSaid({ lock, broken }: Record<keyof Words, number>): void {
  if (broken === 0) return;
  assert.ok((lock & TORN) !== 0 || (lock & OWNER) !== 0, "broken, and nobody will be told");
}

const oneDies = (mutexClass: MutexClass) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    threads: [works(mutexClass), repairs(mutexClass), looks(mutexClass)],
    mortal: [1],
    finally: ({ cells, outcomes }) => {
      assertSaid(cells);
      if (outcomes[0] !== DEAD) assert.equal(cells.lock, 0);
    },
  });

test("Mutex with deaths: whoever comes is told, until one has mended it", (t) => report(t, () => oneDies(Mutex)));

/** The first dies at work, the second while it repairs, before or after it says so. */
const twoDie = (mutexClass: MutexClass) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    threads: [works(mutexClass), repairs(mutexClass), works(mutexClass)],
    mortal: [1, 2],
    finally: ({ cells }) => assertSaid(cells),
  });

test("Mutex with deaths: a second death while one repairs", (t) => report(t, () => twoDie(Mutex)));

/** All wait, and none mends: a torn lock wakes its sleepers as any other. */
const noneMends = (mutexClass: MutexClass) =>
  explore({
    words: { ...WORDS, lock: TORN, deaths: 1, broken: 1 },
    guarded: GUARDS,
    threads: Array.from({ length: 3 }, () => works(mutexClass)),
    finally: ({ cells }) => assert.deepEqual(cells, { lock: TORN, deaths: 1, broken: 1 }),
  });

test("Mutex with deaths: stays torn from hand to hand, and loses no wake-up", (t) => report(t, () => noneMends(Mutex)));

test("Mutex with deaths: who is told by a timeout race, and who only looks", (t) =>
  report(t, () => {
    const hurries = (words: Words, self: Owners): void => {
      const mutex = mutexOf(Mutex, words, self);
      const acquired = mutex.lockSync(SOME_TIME);
      if (acquired === Acquired.FAILED) return;
      isTold(acquired, words.broken);
      mutex.unlock();
    };
    const peeks = (words: Words, self: Owners): void => {
      mutexOf(Mutex, words, self).whileFree(() => {});
    };
    return explore({
      words: WORDS,
      guarded: GUARDS,
      threads: [works(Mutex), hurries, peeks],
      mortal: [1],
      finally: ({ cells }) => assertSaid(cells),
    });
  }));

const meddles = (mutexClass: MutexClass) =>
  explore({
    words: { ...WORDS, lock: TORN, deaths: 1, broken: 1 },
    guarded: GUARDS,
    threads: [
      works(mutexClass),
      (words, self) => assert.equal(mutexOf(mutexClass, words, self).mend(), false, "mended what another has"),
    ],
    finally: ({ cells }) => assertSaid(cells),
  });

test("Mutex.mend: only for the owner", (t) => report(t, () => meddles(Mutex)));

const load = async (from: string, to: string): Promise<MutexClass> =>
  (await mutate<{ Mutex: MutexClass }>("mutex", from, to)).Mutex;

test("mutant caught: a release that forgets that the lock is torn", () => {
  class ForgetfulMutex extends Mutex {
    readonly #word: Word;
    constructor(word: Word, owners: Owners, deaths?: Word) {
      super(word, owners, deaths);
      this.#word = word;
    }
    override unlock(): void {
      if ((this.#word.exchange(0) & (1 << 30)) !== 0) this.#word.notify(1);
    }
  }
  caught(() => noneMends(ForgetfulMutex), /AssertionError|not told/);
  caught(() => twoDie(ForgetfulMutex), /not told|nobody will be told/);
});
test("mutant caught: a release that mends, though nobody has", () => {
  class HastyMutex extends Mutex {
    override unlock(): void {
      this.mend();
      super.unlock();
    }
  }
  caught(() => twoDie(HastyMutex), /not told|nobody will be told/);
});
test("mutant caught: who tries and inherits leaves no mark", async () => {
  const Mutant = await load("const mark = this.#deaths === undefined ? 0 : TORN;", "const mark = 0;");
  caught(() => twoDie(Mutant), /not told|nobody will be told/);
});
test("mutant caught: who waits and inherits leaves no mark", async () => {
  const Mutant = await load(
    "takeOrAnnounce(this.#word, this.#owners, this.#deaths === undefined ? 0 : TORN)",
    "takeOrAnnounce(this.#word, this.#owners, 0)",
  );
  caught(() => twoDie(Mutant), /not told|nobody will be told/);
});
test("mutant caught: who takes a torn lock takes the mark off", async () => {
  const Mutant = await load(
    "if (seen === TORN && this.#word.compareExchange(TORN, this.#owners.me | TORN) === TORN)",
    "if (seen === TORN && this.#word.compareExchange(TORN, this.#owners.me) === TORN)",
  );
  caught(() => noneMends(Mutant), /AssertionError|not told/);
});
test("mutant caught: who only looks takes the mark off", async () => {
  const Mutant = await load(
    "this.#word.compareExchange(TORN, me | TORN) === TORN",
    "this.#word.compareExchange(TORN, me) === TORN",
  );
  const peeks = (words: Words, self: Owners): void => {
    mutexOf(Mutant, words, self).whileFree(() => {});
  };
  caught(
    () =>
      explore({
        words: { ...WORDS, lock: TORN, deaths: 1, broken: 1 },
        guarded: GUARDS,
        threads: [peeks, works(Mutant)],
        finally: ({ cells }) => assertSaid(cells),
      }),
    /not told|nobody will be told/,
  );
});
test("mutant caught: mends the lock of another", async () => {
  const Mutant = await load("if ((seen & OWNER) !== this.#owners.me)", "if (false)");
  caught(() => meddles(Mutant), /mended what another has/);
});

type RecursiveWords = Words & { holder: Word; depth: Word };

test("RecursiveMutex with deaths: told at the outermost level, mended at any", (t) =>
  report(t, () => {
    const nests =
      (mends: boolean) =>
      (words: RecursiveWords, self: Owners): void => {
        const mutex = new RecursiveMutex(mutexOf(Mutex, words, self), words.holder, words.depth, () => self.me);
        const told = isTold(mutex.lockSync(self.me), words.broken);
        assert.equal(mutex.lockSync(self.me), Acquired.TAKEN);
        words.broken.store(told && !mends ? 1 : 0);
        if (told && mends) assert.equal(mutex.mend(self.me), true);
        mutex.unlock(self.me);
        mutex.unlock(self.me);
        assert.equal(mutex.mend(self.me), false);
      };
    return explore({
      words: { ...WORDS, lock: TORN, deaths: 1, broken: 1, holder: 0, depth: 0 },
      guarded: { ...GUARDS, depth: "lock" },
      threads: [nests(true), nests(false)],
      mortal: [1],
      finally: ({ cells }) => assertSaid(cells),
    });
  }));

/**
 * The first has repaired what it was told of, and leaves the lock to wait before it says so. The second may die at work
 * meanwhile, and the third hear of it first: then the first must hear of it too, or it would say "whole" of what is broken.
 */
const leavesBeforeItMends = (mutexClass: MutexClass) =>
  explore({
    words: { ...WORDS, lock: TORN, deaths: 1, broken: 1 },
    guarded: GUARDS,
    mortal: [2],
    threads: [
      [
        (words, self) => {
          const mutex = mutexOf(mutexClass, words, self);
          assert.notEqual(mutex.lockSync(), Acquired.TAKEN);
          words.broken.store(0);
          return mutex.leave();
        },
        (words, self, hold) => mutexOf(mutexClass, words, self).enterSync(hold as Hold) !== Acquired.TAKEN,
        (words, self, news) => {
          const mutex = mutexOf(mutexClass, words, self);
          if (!news) assert.equal(words.broken.load(), 0, "broken, and not told");
          words.broken.store(0);
          mutex.mend();
          mutex.unlock();
          return news;
        },
      ],
      [
        (words, self) => mutexOf(mutexClass, words, self).tryLock(),
        (words, self, acquired) => {
          if (acquired === Acquired.FAILED) return;
          const before = words.broken.load();
          words.broken.store(1);
          words.broken.store(before);
          mutexOf(mutexClass, words, self).unlock();
        },
      ],
      [
        (words, self) => mutexOf(mutexClass, words, self).tryLock(),
        (words, self, acquired) => {
          if (acquired !== Acquired.FAILED) mutexOf(mutexClass, words, self).unlock();
        },
      ],
    ],
    finally: ({ cells, outcomes: [news, second] }) => {
      assertSaid(cells);
      if (second !== DEAD) assert.equal(news, false, "told again of what it knew");
    },
  });

test("Mutex.leave, enterSync: who comes back is told of deaths that it did not know, and of no others", (t) =>
  report(t, () => leavesBeforeItMends(Mutex)));
test("mutant caught: a wait that takes any torn lock for what it knew", async () => {
  const Mutant = await load("&& this.known === known", "&& known > 0");
  caught(() => leavesBeforeItMends(Mutant), /not told/);
});
test("mutant caught: a wait that tells of what was known", async () => {
  const Mutant = await load("&& this.known === known", "&& false");
  caught(() => leavesBeforeItMends(Mutant), /told again/);
});

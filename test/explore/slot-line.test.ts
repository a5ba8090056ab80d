/** The line of tasks in shared memory: who takes a task, who sleeps, who rings, in every interleaving. Two slots, two places. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Line, Owner, plainState, Seat, Slot, State } from "#heddle/channel/line/slot-layout.js";
import { Claims, Offers } from "#heddle/channel/line/slot-offers.js";
import { OwnerRest, Sleeper, WorkerRest } from "#heddle/channel/line/slot-rest.js";
import { ResultsIn, ResultsOut } from "#heddle/channel/line/slot-results.js";
import { STALE_COST, wake } from "#heddle/channel/line/slot-wake.js";
import { Patience } from "#heddle/memory/patience.js";
import { explore } from "./explore.js";
import { ModelCells } from "./model-cells.js";
import type { ModelWord } from "./model-word.js";
import {
  EarlyResults,
  LateOwnerRest,
  LateWorkerRest,
  LookingClaims,
  LookingOffers,
  PushingClaims,
  RoomyOffers,
  stingyWake,
} from "./mutants/lines.js";
import type { Cells, Explored } from "./program.js";
import { caught, report } from "./report.js";

const LINE = 0;
const [A, B] = [10_000, 20_000];
const SEATS = [30_000, 40_000];
const PLACES = 2;

/** Where the words of the program stand in the line. */
const AT = {
  tail: LINE + Line.TAIL,
  owner: LINE + Line.OWNER,
  head: LINE + Line.HEAD,
  looker: LINE + Line.LOOKER,
  offer0: LINE + Line.OFFERS,
  offer1: LINE + Line.OFFERS + 1,
  stateA: A + Slot.STATE,
  stateB: B + Slot.STATE,
  sleeps1: SEATS[0]! + Seat.SLEEPS,
  busy1: SEATS[0]! + Seat.BUSY,
  done1: SEATS[0]! + Seat.DONE,
  ring1_0: SEATS[0]! + Seat.RING,
  ring1_1: SEATS[0]! + Seat.RING + 1,
  sleeps2: SEATS[1]! + Seat.SLEEPS,
  busy2: SEATS[1]! + Seat.BUSY,
  done2: SEATS[1]! + Seat.DONE,
  ring2_0: SEATS[1]! + Seat.RING,
  ring2_1: SEATS[1]! + Seat.RING + 1,
};
/** Beside the line: how often what a slot held was run, messages that were posted, and a word that changes as time goes on. */
const BESIDE = { ran: 0, mail1: 0, mail2: 0, mailOwner: 0, time: 0 };
type Name = keyof typeof AT | keyof typeof BESIDE;
type Words = Readonly<Record<Name, ModelWord>>;

const EMPTY = { ...BESIDE, ...Object.fromEntries(Object.keys(AT).map((name) => [name, 0])) } as Record<Name, number>;

const cellsOf = (words: Words) =>
  new ModelCells(new Map(Object.entries(AT).map(([name, at]) => [at, words[name as Name]])));

type ClaimsClass = new (cells: ModelCells, line: number, worker: number, window?: number) => Claims;
type OffersClass = new (cells: ModelCells, line: number, window?: number) => Offers;

/** A slot that may be claimed, and that no position of the ring leads to, is never found. */
function checkFound(cells: Cells<Name>): void {
  for (const [slot, state] of [
    [A, cells.stateA],
    [B, cells.stateB],
  ]) {
    if (state !== State.QUEUED) continue;
    const positions = Array.from({ length: cells.tail - cells.head }, (_, i) => (cells.head + i) & 1);
    const named = positions.map((place) => (place === 0 ? cells.offer0 : cells.offer1));
    assert.ok(named.includes(slot!), `nobody finds slot ${slot === A ? "A" : "B"}`);
  }
}

const claimer =
  (ClaimsOf: ClaimsClass, worker: number, most: number) =>
  (words: Words): void => {
    const claims = new ClaimsOf(cellsOf(words), LINE, worker, PLACES);
    for (let taken = 0; taken < most; taken++) {
      const slot = claims.claim();
      if (slot === 0) return;
      words.ran.add(slot === A ? 1 : 16);
      (slot === A ? words.stateA : words.stateB).store(State.DONE);
    }
  };

/** Offers both slots, and one again if it is done and there is room. */
const recycler =
  (OffersOf: OffersClass) =>
  (words: Words): number[] => {
    const offers = new OffersOf(cellsOf(words), LINE, PLACES);
    offers.add(A);
    offers.add(B);
    offers.show();
    if (words.stateA.load() !== State.DONE || offers.room <= 0) return [1, 1];
    offers.add(A);
    offers.show();
    return [2, 1];
  };

const recycling = (ClaimsOf: ClaimsClass, OffersOf: OffersClass = Offers): Explored =>
  explore({
    words: EMPTY,
    threads: [claimer(ClaimsOf, 1, 2), claimer(ClaimsOf, 2, 1), recycler(OffersOf)],
    finally: ({ cells, outcomes }) => {
      const offered = outcomes[2] as number[];
      for (const [index, state] of [cells.stateA, cells.stateB].entries()) {
        const ran = (cells.ran >> (4 * index)) & 15;
        assert.equal(ran, offered[index]! - (state === State.QUEUED ? 1 : 0), "a task was run twice, or not at all");
      }
      checkFound(cells);
    },
  });

test("slot line: two claimers, and an owner that uses slots again, run each task once", (t) =>
  report(t, () => recycling(Claims)));
test("mutant caught: looks at the state, then takes the task", () => {
  caught(() => recycling(LookingClaims), /run twice/);
});
test("mutant caught: moves HEAD on, wherever it is by now", () => {
  caught(() => recycling(PushingClaims), /nobody finds/);
});

/** One slot is taken back and offered again and again, the other waits. */
const revoking = (OffersOf: OffersClass): Explored =>
  explore({
    words: EMPTY,
    threads: [
      claimer(Claims, 1, 1),
      (words: Words): number[] => {
        const offers = new OffersOf(cellsOf(words), LINE, PLACES);
        let [offered, revoked] = [1, 0];
        offers.add(A);
        offers.add(B);
        offers.show();
        for (let round = 0; round < 3; round++) {
          if (words.stateA.load() !== State.FREE && offers.revoke(A) === undefined) revoked++;
          if (words.stateA.load() !== State.FREE || offers.room <= 0) continue;
          offered++;
          offers.add(A);
          offers.show();
        }
        return [offered, revoked];
      },
    ],
    finally: ({ cells, outcomes }) => {
      const [offered, revoked] = outcomes[1] as [number, number];
      const waiting = cells.stateA === State.QUEUED ? 1 : 0;
      assert.equal((cells.ran & 15) + revoked + waiting, offered, "a task was run and taken back, or neither");
      checkFound(cells);
    },
  });
test("slot line: what is taken back is not run, and positions that lead nowhere take room", (t) =>
  report(t, () => revoking(Offers)));
test("mutant caught: takes back what it has seen waiting", () => {
  caught(() => revoking(LookingOffers), /run and taken back/);
});
test("mutant caught: counts tasks, not positions", () => {
  caught(() => revoking(RoomyOffers), /nobody finds/);
});

interface Classes {
  readonly workerRest?: typeof WorkerRest;
  readonly ownerRest?: typeof OwnerRest;
  readonly results?: typeof ResultsOut;
  readonly wake?: typeof wake;
}

/** Sleeps in the event loop until a message comes. @returns how many have come */
function sleepUntilMail(mail: ModelWord, heard: number): number {
  for (;;) {
    const posted = mail.load();
    if (posted !== heard) return posted;
    mail.wait(posted, Infinity);
  }
}

function post(mail: ModelWord): void {
  mail.add(1);
  mail.notify(1);
}

/** Runs `most` tasks, and is gone for good. It sleeps at first. */
const worker =
  ({ workerRest = WorkerRest, results = ResultsOut }: Classes, most: number, looks: boolean) =>
  (words: Words): void => {
    const cells = cellsOf(words);
    const at = { line: LINE, seat: SEATS[0]!, worker: 1 };
    const claims = new Claims(cells, LINE, 1, PLACES);
    const rest = new workerRest(cells, at, new Patience());
    const out = new results(cells, at, PLACES);
    let heard = sleepUntilMail(words.mail1, 0);
    for (let taken = 0; taken < most; ) {
      const slot = claims.claim();
      if (slot !== 0) {
        taken++;
        if (out.publish(slot, State.DONE)) post(words.mailOwner);
        continue;
      }
      if (looks && rest.look(claims.seen)) continue;
      if (!rest.sleep()) continue;
      heard = sleepUntilMail(words.mail1, heard);
    }
  };

/** The workers as the owner sees them: to ring is to post a message. */
function sleepersOf(words: Words, cells: ModelCells, workers: number) {
  return SEATS.slice(0, workers).map((seat, index) => {
    const sleeper = new Sleeper(cells, seat);
    const mail = words[`mail${(index + 1) as 1 | 2}`];
    return {
      get isAwake() {
        return sleeper.isAwake;
      },
      ring: () => {
        if (!sleeper.wake()) return false;
        post(mail);
        return true;
      },
    };
  });
}

/** Offers two tasks, at once or the second when the first is done, and waits for both. */
const owner =
  ({ ownerRest = OwnerRest, wake: wakeBy = wake }: Classes, atOnce: boolean) =>
  (words: Words): number => {
    const cells = cellsOf(words);
    const offers = new Offers(cells, LINE, PLACES);
    const rest = new ownerRest(cells, LINE);
    const results = [new ResultsIn(cells, SEATS[0]!, PLACES)];
    const sleepers = sleepersOf(words, cells, 1);
    const show = (...slots: number[]): void => {
      for (const slot of slots) offers.add(slot);
      offers.show();
      wakeBy(sleepers, offers.unclaimed, 0, 0);
    };
    let [drained, heard] = [0, 0];
    const drain = (): boolean => {
      let got = 0;
      for (const one of results) {
        for (let waiting = one.waiting; waiting > 0; waiting--) {
          assert.equal(plainState(cells.load(one.take() + Slot.STATE)), State.DONE);
          got++;
        }
      }
      drained += got;
      return got > 0;
    };
    if (atOnce) show(A, B);
    else show(A);
    let isSecondShown = atOnce;
    while (drained < 2) {
      if (drain()) {
        if (!isSecondShown) show(B);
        isSecondShown = true;
        continue;
      }
      if (rest.sleep(results)) heard = sleepUntilMail(words.mailOwner, heard);
    }
    return drained;
  };

const ASLEEP = { ...EMPTY, sleeps1: 1, sleeps2: 1, owner: Owner.AWAKE };

const oneWorker = (classes: Classes, looks = true, atOnce = false): Explored =>
  explore({
    ...{ words: ASLEEP, maxDepth: 400 },
    threads: [worker(classes, 2, looks), owner(classes, atOnce)],
    finally: ({ cells, outcomes }) => {
      assert.equal(outcomes[1], 2);
      assert.equal(cells.looker, 0);
    },
  });
test("slot line: a worker and the owner, who both sleep, miss nothing", (t) => report(t, () => oneWorker({}, false)));
test("slot line: the same with two tasks at once, and one bell for both", (t) =>
  report(t, () => oneWorker({}, true, true)));

/** Takes one task, and stays in it. It is awake at first, or sleeps. */
const stays =
  (number: 1 | 2, isAwake: boolean) =>
  (words: Words): void => {
    const cells = cellsOf(words);
    const claims = new Claims(cells, LINE, number, PLACES);
    const rest = new WorkerRest(cells, { line: LINE, seat: SEATS[number - 1]!, worker: number }, new Patience());
    const mail = words[`mail${number}`];
    let heard = isAwake ? 0 : sleepUntilMail(mail, 0);
    for (;;) {
      if (claims.claim() !== 0) break;
      if (rest.sleep()) heard = sleepUntilMail(mail, heard);
    }
    rest.isBusy = true;
    post(words.time);
  };

/** Offers two tasks that are thought short, and watches them as long as one is unclaimed. */
const watches =
  (wakeBy: typeof wake, isWatched: boolean) =>
  (words: Words): void => {
    const cells = cellsOf(words);
    const offers = new Offers(cells, LINE, PLACES);
    const sleepers = sleepersOf(words, cells, 2);
    offers.add(A);
    offers.add(B);
    offers.show();
    wakeBy(sleepers, offers.unclaimed, 0, 0);
    for (;;) {
      const time = words.time.load();
      if (offers.unclaimed <= 0) return;
      if (isWatched) wakeBy(sleepers, offers.unclaimed, STALE_COST, 0);
      words.time.wait(time, Infinity);
    }
  };

const twoWorkers = (isWatched = true): Explored =>
  explore({
    words: { ...ASLEEP, sleeps1: 0 },
    threads: [stays(1, true), stays(2, false), watches(wake, isWatched)],
    finally: ({ cells }) => {
      assert.deepEqual([plainState(cells.stateA), plainState(cells.stateB)], [State.RUNNING, State.RUNNING]);
      assert.equal(cells.looker, 0);
    },
  });
test("slot line: a task behind one that takes long is had by the worker that the watch rings", (t) =>
  report(t, () => twoWorkers()));
test("mutant caught: nobody looks again at what was offered", () => {
  caught(() => twoWorkers(false), /deadlock/);
});

/** Runs what it finds, all of it short, until it sleeps. */
const untilAsleep =
  (number: 1 | 2) =>
  (words: Words): void => {
    const cells = cellsOf(words);
    const claims = new Claims(cells, LINE, number, PLACES);
    const rest = new WorkerRest(cells, { line: LINE, seat: SEATS[number - 1]!, worker: number }, new Patience());
    for (;;) {
      if (claims.claim() === 0 && !rest.look(claims.seen) && rest.sleep()) return;
    }
  };

/** Two that are awake, of whom one looks, and a task. */
const twoLookers = (wakeBy: typeof wake): Explored =>
  explore({
    words: { ...ASLEEP, sleeps1: 0, sleeps2: 0 },
    threads: [
      untilAsleep(1),
      untilAsleep(2),
      (words: Words): void => {
        const cells = cellsOf(words);
        const offers = new Offers(cells, LINE, PLACES);
        const sleepers = sleepersOf(words, cells, 2);
        offers.add(A);
        offers.show();
        wakeBy(sleepers, offers.unclaimed, STALE_COST, 0);
      },
    ],
    finally: ({ cells }) => {
      assert.ok(cells.stateA !== State.QUEUED || cells.mail1 + cells.mail2 > 0, "all sleep, and nobody was rung");
      assert.equal(cells.looker, 0);
    },
  });
test("slot line: who looks hands over, and nobody who looks or is about to sleep is missed", (t) =>
  report(t, () => twoLookers(wake)));
test("mutant caught: rings nobody as long as one looks", () => {
  caught(() => twoLookers(() => {}), /nobody was rung/);
});

test("mutant caught: looks for tasks, then says that it sleeps", () => {
  caught(() => oneWorker({ workerRest: LateWorkerRest as never }, false), /deadlock/);
});
test("mutant caught: looks for results, then says that it sleeps", () => {
  caught(() => oneWorker({ ownerRest: LateOwnerRest as never }, false), /deadlock/);
});
test("mutant caught: asks whether the owner sleeps before the result is there", () => {
  caught(() => oneWorker({ results: EarlyResults as never }, false), /deadlock/);
});
test("mutant caught: rings as many as the work is worth, none when the line was empty", () => {
  caught(() => oneWorker({ wake: stingyWake }, false), /deadlock/);
});

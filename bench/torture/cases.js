/**
 * What can go wrong, one program each: `try` is run in a process of its own, with one library, and gives a verdict. `ends` says how
 * the program ends after it: by `exit` unless said otherwise, by `itself`, or as the case has it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  andServes,
  describe,
  hung,
  inWords,
  judge,
  none,
  right,
  settle,
  settleCall,
  vague,
  wrong,
} from "./verdicts.js";

/** Runs a task of one worker, and asks whether the pool answers afterwards. */
const failing = (name, says, argument) => async (face) => {
  const pool = await face.open({ workers: 1 });
  const outcome = await settleCall(() => pool.run(name, argument, {}));
  return andServes(pool, judge(outcome, says));
};

const aborted = (outcome) => judge(outcome, /abort|cancel/i);

/** @returns what will come of a task, once it is known to run: it was given to workers that had all answered */
async function running(pool, name, argument, options = {}) {
  await Promise.all([1, 2, 3, 4].map((n) => pool.run("echo", n, {})));
  const outcome = settleCall(() => pool.run(name, argument, options));
  await sleep(300);
  return { outcome };
}

/** Says who works for this program, so that it can be seen whether somebody is left behind. */
async function tellWorkers(pool) {
  const pids = await Promise.all([1, 2, 3, 4].map(() => pool.run("pid", undefined, {})));
  process.stdout.write(`${JSON.stringify({ pids: [...new Set(pids)].filter((pid) => pid !== process.pid) })}\n`);
}

/** Two tasks that never end, and nobody who waits for them. */
async function spinTwice(face) {
  const pool = await face.open({ workers: 2 });
  await tellWorkers(pool);
  for (let i = 0; i < 2; i++) void settle(pool.run("spin", undefined, {}));
  await sleep(300);
}

/** `forbids`: which kind of worker or face cannot be asked this, with the reason as its cell. */
export const CASES = {
  exit: {
    title: "the task calls `process.exit(7)`: rejects, with the code",
    try: failing("exit", /\b7\b/, 7),
  },
  beside: {
    title: "an error beside the task, in a timer: rejects with it",
    try: failing("throwBeside", /beside the task/),
  },
  later: {
    title: "an error after the task was answered: it is said, nothing else suffers",
    async try(face) {
      const pool = await face.open({ workers: 1 });
      const outcome = await settleCall(() => pool.run("throwLater", 5, {}));
      if (outcome.state === "hung") return hung();
      if (outcome.value !== 5) return wrong(`the answer is lost: ${describe(outcome.error ?? outcome.value)}`);
      await sleep(500);
      return andServes(pool, right());
    },
    mustSay: /after the task/,
  },
  memory: {
    title: "the worker runs out of memory: rejects, and says so",
    flags: ["--max-old-space-size=64"],
    try: failing("fillMemory", /memory|heap/i),
  },
  killed: {
    title: "the worker is killed (SIGKILL) in its task: rejects, with the signal",
    only: "processes",
    async try(face) {
      const pool = await face.open({ workers: 1 });
      const pid = await pool.run("pid", undefined, {});
      const outcome = settle(pool.run("slow", { ms: 60_000 }, {}));
      await sleep(300);
      process.kill(pid, "SIGKILL");
      return andServes(pool, judge(await outcome, /SIGKILL|\b9\b|137/));
    },
  },
  initializer: {
    title: "the initializer, or the worker's file, throws: rejects with that error",
    needs: "initializer",
    async try(face) {
      const pool = await face.open({ workers: 1, broken: true });
      return judge(await settleCall(() => pool.run("echo", 1, {})), /no database/);
    },
  },
  boot: {
    title: "no worker can boot, a preload is missing: rejects, and names it",
    flags: ["--require=./preload.cjs"],
    async try(face) {
      rmSync("preload.cjs");
      const pool = await face.open({ workers: 1 });
      const outcome = await settleCall(() => pool.run("echo", 1, {}));
      // A worker without the program's flags has nothing to complain about.
      if (outcome.value === 1) return none("boots without it");
      return judge(outcome, /preload\.cjs/);
    },
  },
  "death-of-one": {
    title: "one of 40 tasks kills its worker (two workers): the other 39 are right",
    async try(face) {
      const pool = await face.open({ workers: 2 });
      const numbers = Array.from({ length: 40 }, (_, i) => i);
      const tasks = numbers.map((number) => pool.run("exitAt", { number, fatal: 10 }, {}));
      const outcomes = await Promise.all(tasks.map(settle));
      const survive = outcomes.filter(({ value }, i) => value === i).length;
      const hang = outcomes.filter(({ state }) => state === "hung").length;
      if (hang > 0) return hung(`${hang} of 40`);
      if (survive < 39) return wrong(`${39 - survive} innocent tasks fail`);
      return andServes(pool, right());
    },
  },
  result: {
    title: "the result cannot travel: rejects, and says so",
    try: failing("unsendable", /clone|pickle|serializ|travel|WeakMap/i),
  },
  argument: {
    title: "the argument cannot travel: rejects, and says so",
    try: failing("echo", /clone|pickle|serializ|travel|WeakMap/i, new WeakMap()),
  },
  "abort-running": {
    title: "`for(;;)` is aborted: rejects, the worker works again",
    needs: "abort",
    async try(face) {
      const pool = await face.open({ workers: 1 });
      const controller = new AbortController();
      const { outcome } = await running(pool, "spin", undefined, { signal: controller.signal });
      controller.abort();
      return andServes(pool, aborted(await outcome));
    },
  },
  timeout: {
    title: "`for(;;)` with a timeout of 300 ms: rejects, the worker works again",
    needs: "timeout",
    async try(face) {
      const pool = await face.open({ workers: 1 });
      await pool.run("echo", 0, {});
      const outcome = await settleCall(() => pool.run("spin", undefined, { timeout: 300 }));
      return andServes(pool, judge(outcome, /time|abort/i));
    },
  },
  "abort-queued": {
    title: "a queued task is aborted: rejects at once, the running one goes on",
    needs: "abort",
    async try(face) {
      const pool = await face.open({ workers: 1 });
      const first = await running(pool, "slow", { ms: 3000, value: 1 });
      const controller = new AbortController();
      const queued = settle(pool.run("echo", 2, { signal: controller.signal }));
      await sleep(100);
      controller.abort();
      const outcome = await queued;
      const verdict = aborted(outcome);
      if (verdict.outcome !== "hangs" && outcome.ms > 2000) return wrong("only after the running one");
      if ((await first.outcome).value !== 1) return wrong("the running one fails, too");
      return andServes(pool, verdict);
    },
  },
  "abort-one": {
    title: "one of 20 tasks is aborted while it runs (two workers): the other 19 are right",
    needs: "abort",
    async try(face) {
      const pool = await face.open({ workers: 2 });
      await Promise.all([pool.run("echo", 0, {}), pool.run("echo", 0, {})]);
      const controller = new AbortController();
      const tasks = Array.from({ length: 20 }, (_, value) =>
        settle(
          pool.run("slow", { ms: value === 0 ? 60_000 : 50, value }, value === 0 ? { signal: controller.signal } : {}),
        ),
      );
      await sleep(150);
      controller.abort();
      const [first, ...others] = await Promise.all(tasks);
      const hang = others.filter(({ state }) => state === "hung").length;
      if (hang > 0) return hung(`${hang} of the others`);
      const lost = others.filter(({ value }, i) => value !== i + 1).length;
      return lost > 0 ? wrong(`${lost} of the others fail`) : andServes(pool, aborted(first));
    },
  },
  "abort-many": {
    title: "10,000 queued tasks are aborted: all reject, the pool goes on",
    needs: "abort",
    async try(face) {
      const pool = await face.open({ workers: 1 });
      const first = await running(pool, "slow", { ms: 4000, value: 1 });
      const controllers = Array.from({ length: 10_000 }, () => new AbortController());
      const tasks = controllers.map(({ signal }, i) => settle(pool.run("echo", i, { signal })));
      for (const controller of controllers) controller.abort();
      const outcomes = await Promise.all(tasks);
      const hang = outcomes.filter(({ state }) => state === "hung").length;
      if (hang > 0) return hung(`${hang} of 10,000`);
      const ran = outcomes.filter(({ state }) => state === "resolved").length;
      if (ran > 0) return wrong(`${ran} run all the same`);
      if ((await first.outcome).value !== 1) return wrong("the running one fails, too");
      return andServes(pool, aborted(outcomes[9999]));
    },
  },
  close: {
    title: "closed while a task runs: it is answered, then the workers are gone",
    needs: "close",
    async try(face) {
      const pool = await face.open({ workers: 1 });
      const { outcome } = await running(pool, "slow", { ms: 1500, value: 1 });
      const closed = await settleCall(() => pool.close());
      if (closed.state === "hung") return hung("close");
      const { state, value } = await outcome;
      if (state === "hung") return hung("the task");
      return value === 1 ? right() : wrong("the task fails");
    },
    ends: "itself",
  },
  terminate: {
    title: "terminated while `for(;;)` runs: the task rejects, the workers are gone",
    async try(face) {
      const pool = await face.open({ workers: 1 });
      await tellWorkers(pool);
      const task = await running(pool, "spin", undefined);
      const ended = await settleCall(() => pool.terminate());
      const outcome = await task.outcome;
      if (ended.state === "hung" || outcome.state === "hung")
        return hung(outcome.state === "hung" ? "the task" : "the call");
      return judge(outcome, /terminat|destroy|cancel|abort|clos|end|shut/i);
    },
    ends: "itself",
  },
  starting: {
    title: "terminated while it starts: the task settles, the program ends",
    async try(face) {
      const pool = await face.open({ workers: 2 });
      const task = settleCall(() => pool.run("echo", 1, {}));
      const ended = await settleCall(() => pool.terminate());
      if (ended.state === "hung") return hung("the call");
      const outcome = await task;
      if (outcome.value === 1) return right();
      return judge(outcome, /terminat|destroy|cancel|abort|clos|end|shut/i);
    },
    ends: "itself",
  },
  idle: {
    title: "nobody closes the pool: the program ends when its work is done",
    async try(face) {
      const pool = await face.open({ workers: 2 });
      await tellWorkers(pool);
      const outcome = await settleCall(() => pool.run("echo", 1, {}));
      return outcome.value === 1 ? right() : vague(describe(outcome.error));
    },
    ends: "itself",
  },
  "program-exits": {
    title: "the program exits while `for(;;)` runs: it ends, nobody is left",
    async try(face) {
      await spinTwice(face);
      return right();
    },
  },
  "program-killed": {
    title: "the program is killed while `for(;;)` runs: nobody is left",
    only: "processes",
    async try(face) {
      await spinTwice(face);
      return right();
    },
    ends: "kill",
  },
  error: {
    title: "the task throws an error of a class with fields and `cause`: all of it arrives",
    async try(face) {
      const pool = await face.open({ workers: 1 });
      const { state, error } = await settleCall(() => pool.run("throwQuota", undefined, {}));
      if (state === "hung") return hung();
      const cause = error?.cause;
      const parts = {
        "being an Error": error instanceof Error,
        "its class": error?.name === "QuotaError",
        "its message": error?.message === "too many",
        code: error?.code === "E_QUOTA",
        "nested fields": error?.limit?.most === 5 && error.limit.names?.[1] === "b",
        cause: cause instanceof Error && cause.name === "TypeError" && cause.message === "not a number",
      };
      const lost = Object.keys(parts).filter((part) => !parts[part]);
      return lost.length === 0 ? right() : wrong(`loses ${lost.join(", ")}`);
    },
  },
  stack: {
    title: "its stack names the line that threw and the line that called",
    async try(face) {
      const pool = await face.open({ workers: 1 });
      const callsFromHere = async () => pool.run("throwQuota", undefined, {});
      const { error } = await settleCall(callsFromHere);
      const stack = String(error?.stack);
      if (!/tasks\.js/.test(stack)) return wrong("neither, or only the caller's");
      return /cases\.js/.test(stack) ? right() : inWords("the worker's alone");
    },
  },
  context: {
    title: "AsyncLocalStorage of the caller is there after `await`",
    async try(face) {
      const pool = await face.open({ workers: 1 });
      const storage = new AsyncLocalStorage();
      const seen = await storage.run("here", async () => {
        await pool.run("echo", 1, {});
        return storage.getStore();
      });
      return seen === "here" ? right() : wrong(`it is ${seen}`);
    },
  },
};

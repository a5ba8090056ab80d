/** Runs functions in a real thread and in a real process, and compares with running them at home. */
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { PickleError } from "#heddle/pickle/errors.js";
import { pack } from "#heddle/pickle/pickle.js";
import { Away, DESTINATIONS, type Kind } from "./rig.js";

/** A worker of one kind. */
export interface There {
  readonly to: Kind;
  /** The function does there what it does at home. */
  same<A extends unknown[]>(fn: (...args: A) => unknown, ...args: A): Promise<void>;
  /** @returns what the function returns there */
  call<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
}

/** Defines the tests twice: for a thread and for a process, each started once. */
export function bothWays(define: (there: There) => void): void {
  for (const to of ["thread", "process"] as const) {
    describe(`in a ${to}`, () => {
      let away: Away;
      before(() => {
        away = new Away(to);
      });
      after(() => away[Symbol.asyncDispose]());
      define({
        to,
        call: (fn, ...args) => away.call(fn as never, args),
        same: async (fn, ...args) => {
          const there = await away.call(fn, args);
          assert.deepEqual(there, await fn(...args));
        },
      });
    });
  }
}

/** Sending `value` is refused for threads and processes alike, with a message that says so. */
export function refuses(value: unknown, message: RegExp): void {
  for (const to of ["thread", "process"] as const) {
    assert.throws(
      () => pack(value, { to: DESTINATIONS[to], name: "item" }),
      (error) => error instanceof PickleError && message.test(error.message),
      `${message} for a ${to}`,
    );
  }
}

/**
 * How a thread leaves for its worker: as a call if it is no more than its target and what travels does not refer to it,
 * else as the whole object.
 */
import type { Transferable } from "node:worker_threads";
import { type Packed, pack } from "../pickle/pickle.js";
import type { CallBirth } from "./call-run.js";
import type { Assignment } from "./life.js";

/** What of an assignment is looked at here. */
type Call = { readonly [key in "target" | "args"]?: Assignment[key] | undefined } & {
  readonly daemon?: boolean | undefined;
};

export class Departure {
  #isUnderWay = false;
  #isMet = false;

  /** The thread is found in what travels. @returns true if it is itself about to leave */
  meet(): boolean {
    this.#isMet = true;
    return this.#isUnderWay;
  }

  /**
   * @param isBare the thread is no more than its target
   * @throws {PickleError} if something in it cannot travel
   */
  pack(thread: object, call: Call, isBare: boolean, transfer: readonly Transferable[] = []): Packed {
    const options = { to: "thread", name: "thread", transfer } as const;
    this.#isUnderWay = true;
    this.#isMet = false;
    try {
      const packed = isBare ? pack({ target: call.target, args: call.args }, options) : undefined;
      if (packed === undefined || this.#isMet) return pack(thread, options);
      return {
        body: { call: packed.body, daemon: call.daemon === true } satisfies CallBirth,
        transfer: packed.transfer,
      };
    } finally {
      this.#isUnderWay = false;
    }
  }
}

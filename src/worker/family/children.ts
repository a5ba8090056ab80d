/**
 * Who keeps the program alive: the threads and processes that this thread has started and that its worker must outlive, since
 * they live inside its own, or die with it. How the processes die with it: processes-below.ts.
 *
 * One of them *holds* while it keeps the program alive: one that is no daemon until it is released, a daemon while
 * something that it started holds. Whether any does is told to whoever started this thread, each time that changes.
 */
import { Deferred } from "../../future/deferred.js";
import { waitFor } from "../../future/wait-for.js";
import type { ActivityMessage } from "../activity.js";
import { endGrace } from "../untaken-failures.js";
import { thisRun } from "./this-run.js";

/** One of them, until its worker is free of it. */
export class Child {
  /** Settled when nothing of it is left. */
  readonly exited = new Deferred<void>();
  #holds = false;

  constructor(holds: boolean) {
    children.add(this);
    this.holds = holds;
  }

  get holds(): boolean {
    return this.#holds;
  }
  set holds(holds: boolean) {
    if (holds === this.#holds) return;
    this.#holds = holds;
    const before = holding;
    holding += holds ? 1 : -1;
    if (before > 0 !== holding > 0) tellStarter(holding > 0);
    if (holding === 0) change.resolve();
    else if (change.settled) change = new Deferred();
  }

  exit(): void {
    this.holds = false;
    children.delete(this);
    this.exited.resolve();
  }

  /** Resolves when none of them keeps the program alive. */
  static async allReleased(): Promise<void> {
    while (holding > 0) await waitFor(change);
  }

  /** Resolves when all of them are gone. */
  static async allExited(): Promise<void> {
    for (const child of children) await waitFor(child.exited);
  }

  /** The thread that started them is over: nobody will ask for their errors. */
  static disown(): void {
    endGrace();
  }

  /** True while there are any. */
  static get exist(): boolean {
    return children.size > 0;
  }
}

const children = new Set<Child>();
let holding = 0;
/** Settled when none of them holds any more. */
let change = new Deferred<void>();
thisRun.children = Child;

function tellStarter(holds: boolean): void {
  thisRun.context?.post({ kind: "holds", holds } satisfies ActivityMessage);
}

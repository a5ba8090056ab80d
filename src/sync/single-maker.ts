/**
 * Of all who want something that is not there one makes it; the others wait for it.
 *
 *   ABSENT ──claim──▶ CLAIMED ──made──▶ THERE, then the claim ends
 *     ▲                  │
 *     └──────────────────┴──failed: the claim ends──▶ ABSENT      maker died ──▶ claimed by who looks next
 *
 * Invariant: it is there before the claim ends, and who has claimed looks again. So nobody makes what is there, and no two
 * make at once. The bell rings after the claim has ended, whatever came of it: who waits then finds it, or may claim.
 */
import type { Wait } from "../platform/errors/arguments.js";
import { throwIfStopped } from "../platform/waiting/stoppable.js";
import type { Bell } from "./bell.js";
import type { Watch } from "./park.js";

/** What is wanted. No method waits. */
export interface Wanted {
  isThere(): boolean;
  /** @returns false if another has claimed to make it, and lives */
  claim(): boolean;
  /** Looks after who has claimed: whether it lives. */
  readonly watch?: Watch;
  /** Ends the caller's claim. */
  endClaim(): void;
}

/** How a wait ended. LATE is the only falsy one. */
export const Begun = { LATE: 0, THERE: 1, MINE: 2 } as const;
export type Begun = (typeof Begun)[keyof typeof Begun];

export class SingleMaker {
  readonly #bell: Bell;

  constructor(bell: Bell) {
    this.#bell = bell;
  }

  /** Blocks the thread while another is at it. @returns MINE: the caller has claimed, and calls `finish` */
  beginSync(wanted: Wanted, timeout: number | undefined): Begun {
    let begun = this.tryBegin(wanted);
    if (begun !== Begun.LATE || timeout === 0) return begun;
    this.#bell.sleepSync(() => (begun = this.tryBegin(wanted)) !== Begun.LATE, timeout, wanted.watch);
    return begun;
  }

  /** The awaiting twin of `beginSync`. @throws as `doneUntil` */
  async begin(wanted: Wanted, wait: Wait): Promise<Begun> {
    throwIfStopped(wait);
    let begun = this.tryBegin(wanted);
    if (begun !== Begun.LATE) return begun;
    await this.#bell.sleep(() => (begun = this.tryBegin(wanted)) !== Begun.LATE, wait, wanted.watch);
    return begun;
  }

  /** It is there, or could not be made. */
  finish(wanted: Wanted): void {
    wanted.endClaim();
    this.#bell.ring(Infinity);
  }

  tryBegin(wanted: Wanted): Begun {
    if (wanted.isThere()) return Begun.THERE;
    if (!wanted.claim()) return Begun.LATE;
    if (!wanted.isThere()) return Begun.MINE;
    this.finish(wanted);
    return Begun.THERE;
  }
}

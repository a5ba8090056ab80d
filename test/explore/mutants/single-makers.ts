/** Makers with one mistake each. The explorer must catch every one. */
import type { Bell } from "#heddle/sync/bell.js";
import { Begun, SingleMaker, type Wanted } from "#heddle/sync/single-maker.js";

class OpenMaker extends SingleMaker {
  readonly bell: Bell;

  constructor(bell: Bell) {
    super(bell);
    this.bell = bell;
  }
}

/** Does not look again when it has claimed: another may have made it in between. */
export class CredulousMaker extends OpenMaker {
  override tryBegin(wanted: Wanted): Begun {
    if (wanted.isThere()) return Begun.THERE;
    return wanted.claim() ? Begun.MINE : Begun.LATE;
  }
}

/** Rings before the claim ends: who is woken finds it claimed. */
export class EarlyMaker extends OpenMaker {
  override finish(wanted: Wanted): void {
    this.bell.ring(Infinity);
    wanted.endClaim();
  }
}

/** Wakes one, though all can go on. */
export class ShyMaker extends OpenMaker {
  override finish(wanted: Wanted): void {
    wanted.endClaim();
    this.bell.ring(1);
  }
}

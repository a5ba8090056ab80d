/** Who may own a lock. Filled in by threads and processes: the primitives know only numbers. */
import type { Owners as KnownOwners } from "../memory/robust-lock.js";

export interface Owners extends KnownOwners {
  /** How often a contended `lockSync` looks again before it sleeps; 0: it sleeps at once. */
  readonly spins: number;
}

/** Who may own a lock. Filled in by threads and processes: the primitives know only numbers. */
export interface Owners {
  /** Id of the caller, from 1 to 2^30 - 1. Never given to another owner, also not after the end of this one. */
  readonly me: number;
  /** How often a contended `lockSync` looks again before it sleeps; 0: it sleeps at once. */
  readonly spins: number;
  /** @returns true only if that owner was terminated, crashed or killed; false if it runs or has ended normally */
  died(id: number): boolean;
}

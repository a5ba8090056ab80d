/** A semaphore that refuses permits it never had. */
import { SharedObject } from "../objects/shared-object.js";
import { Semaphore } from "./semaphore.js";

/**
 * A semaphore whose value never exceeds what it started with: a `release` without an `acquire` is a mistake, and found.
 *
 * Python: threading.BoundedSemaphore, which raises ValueError where this throws RangeError.
 *
 * @example
 * import { BoundedSemaphore } from "heddle/threading";
 *
 * const connections = new BoundedSemaphore(3);
 * try {
 *   connections.release();
 * } catch (error) {
 *   console.log((error as Error).name); // RangeError
 * }
 */
export class BoundedSemaphore extends Semaphore {
  static {
    SharedObject.register(BoundedSemaphore, import.meta.url, "BoundedSemaphore");
  }

  protected static override readonly isBounded = true;
}

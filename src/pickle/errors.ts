/** The one error of this layer. */
import { HeddleError, nameError } from "../platform/errors/errors.js";

/**
 * A value cannot travel to another thread or process, or what arrived cannot be rebuilt here.
 * The message names the value by its path, says why it cannot travel and what to do instead.
 */
export class PickleError extends HeddleError {
  static {
    nameError(this, "PickleError");
  }
  /** Where the value was found: `args[0].user.onClick`, `target → config.handler`; empty if it is unknown. */
  readonly path: string;

  constructor(message: string, path = "", options?: ErrorOptions) {
    super(message, options);
    this.path = path;
  }
}

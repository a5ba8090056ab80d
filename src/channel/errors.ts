/** How queue operations end when they cannot do what they were asked to. */
import { HeddleError, nameError } from "../platform/errors/errors.js";
import { isThrownOften } from "../platform/stacks/callers-stack.js";

/** There was no item to take, at once or within the timeout. Python: queue.Empty. */
export class Empty extends HeddleError {
  static {
    nameError(this, "Empty");
    isThrownOften(this);
  }
}

/** There was no room for the item, at once or within the timeout; it is not in the queue. Python: queue.Full. */
export class Full extends HeddleError {
  static {
    nameError(this, "Full");
    isThrownOften(this);
  }
}

/** The queue was shut down: it takes no more items, and there are none left to take. Python: queue.ShutDown. */
export class ShutDown extends HeddleError {
  static {
    nameError(this, "ShutDown");
    isThrownOften(this);
  }
}

/** Executors that can do nothing any more. */
import { nameError, RuntimeError } from "../platform/errors/errors.js";

/**
 * The workers of an executor cannot work: its initializer has failed, or they were stopped. What was submitted fails with it,
 * and so does every further `submit`. `cause` says why. Python: concurrent.futures.BrokenExecutor.
 */
export class BrokenExecutor extends RuntimeError {
  static {
    nameError(this, "BrokenExecutor");
  }
}

/** As BrokenExecutor, of a ThreadPoolExecutor. Python: concurrent.futures.thread.BrokenThreadPool. */
export class BrokenThreadPool extends BrokenExecutor {
  static {
    nameError(this, "BrokenThreadPool");
  }
}

/** As BrokenExecutor, of a ProcessPoolExecutor. Python: concurrent.futures.process.BrokenProcessPool. */
export class BrokenProcessPool extends BrokenExecutor {
  static {
    nameError(this, "BrokenProcessPool");
  }
}

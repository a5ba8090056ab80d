/**
 * The errors that belong to no single module. Every error the library throws on purpose derives from HeddleError,
 * except wrong arguments, which are the built-in TypeError and RangeError, and a full heap, which is a RangeError as well.
 */
import { beginAtCaller, forCaller, isThrownOften, resumeStacks, suspendStacks } from "../stacks/callers-stack.js";

/** @returns a TypeError whose stack begins at the caller of the library, as that of every error here does */
export function typeError(message: string): TypeError {
  return forCaller(() => new TypeError(message));
}

/** As `typeError`, for numbers and for values out of range. */
export function rangeError(message: string, options?: ErrorOptions): RangeError {
  return forCaller(() => new RangeError(message, options));
}

/**
 * Gives an error class its stable name. It stands on the prototype, written out, so that no minifier changes it, the
 * first line of the stack shows it, and it is not listed among the error's own properties.
 */
export function nameError(errorClass: { prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, "name", { value: name, writable: true, configurable: true });
}

/** Base of every error that heddle throws on purpose. */
export class HeddleError extends Error {
  static {
    nameError(this, "HeddleError");
  }

  constructor(message?: string, options?: ErrorOptions) {
    const limit = suspendStacks();
    try {
      super(message, options);
    } finally {
      resumeStacks(limit);
    }
    beginAtCaller(this, new.target);
  }
}

/**
 * The shared memory has no room for what was asked; nothing has changed. Wrong numbers are RangeErrors, too: this is the
 * only one with `requested`. Python: MemoryError.
 */
export class HeapFullError extends RangeError {
  static {
    nameError(this, "HeapFullError");
  }
  /** Bytes that were asked for. */
  readonly requested: number;
  /** Bytes in use at that moment, in blocks of powers of two. */
  readonly used: number;
  /** Most bytes that the shared memory of the process may take. */
  readonly limit: number;

  constructor(requested: number, used: number, limit: number) {
    const stacks = suspendStacks();
    super(
      `Cannot allocate ${requested} bytes of shared memory: ${used} of its ${limit} bytes are in use, and no free part is ` +
        "large enough. Take items out of queues, delete entries, or dispose() of objects that are no longer needed",
    );
    resumeStacks(stacks);
    beginAtCaller(this, new.target);
    this.requested = requested;
    this.used = used;
    this.limit = limit;
  }
}

/** The object is in a state that does not allow the call: started twice, closed, not held. Python: RuntimeError. */
export class RuntimeError extends HeddleError {
  static {
    nameError(this, "RuntimeError");
  }
}

/**
 * A wait for a result ended at its own `timeout`. Locks, events and joins do not throw it: they answer `null` or `false`.
 * Python: TimeoutError.
 */
export class TimeoutError extends HeddleError {
  static {
    nameError(this, "TimeoutError");
    isThrownOften(this);
  }
}

/** The work was cancelled before it had a result. Python: asyncio.CancelledError and concurrent.futures.CancelledError. */
export class CancelledError extends HeddleError {
  static {
    nameError(this, "CancelledError");
    isThrownOften(this);
  }
  /** What was given to `cancel(reason)`; undefined if nothing was. */
  readonly reason: unknown;

  constructor(message = "cancelled", options?: ErrorOptions & { reason?: unknown }) {
    super(message, options);
    this.reason = options?.reason;
  }
}

/** The result was asked for before there was one. Python: asyncio.InvalidStateError and concurrent.futures.InvalidStateError. */
export class InvalidStateError extends HeddleError {
  static {
    nameError(this, "InvalidStateError");
  }
}

/** The owner of a lock died (was terminated, crashed or killed) while it held it: what the lock guards may be torn. */
export class OwnerDiedError extends HeddleError {
  static {
    nameError(this, "OwnerDiedError");
  }
}

/** A wait that can never end was refused: what it waits for needs the very thread that would be blocked. */
export class DeadlockError extends HeddleError {
  static {
    nameError(this, "DeadlockError");
  }
}

/** The barrier was broken: a party ran out of time, gave up or died, its action failed, or somebody called abort or reset. */
export class BrokenBarrierError extends HeddleError {
  static {
    nameError(this, "BrokenBarrierError");
  }
}

/**
 * A thread or process ended before it answered.
 * You do not get it for an error thrown by your function: that error is rethrown.
 */
export class WorkerLostError extends HeddleError {
  static {
    nameError(this, "WorkerLostError");
  }
  /** Name of the thread or process that is gone. */
  readonly worker: string;
  /** Exit code as Python gives it: negative if a signal ended the process, null if unknown. */
  readonly exitcode: number | null;
  /** Name of the function that it ran, if it worked for a pool or executor; "" for one without a name. */
  readonly task: string | undefined;
  /** The last lines that code of it has written to stderr, if it worked for a pool or executor and has written any. */
  readonly stderr: string | undefined;

  constructor(
    message: string,
    worker: string,
    exitcode: number | null,
    options?: ErrorOptions & { readonly task?: string | undefined; readonly stderr?: string | undefined },
  ) {
    super(message, options);
    this.worker = worker;
    this.exitcode = exitcode;
    this.task = options?.task;
    this.stderr = options?.stderr;
  }
}

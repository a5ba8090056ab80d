/** Where errors go that nobody is there to receive. Python: loop.set_exception_handler. */
import { checkFunction } from "../platform/errors/arguments.js";
import { asHook } from "../platform/waiting/context.js";
import { displayThrown } from "../platform/words/display.js";

/** An error that nobody received. */
export interface ExceptionContext {
  /** What happened, in one sentence that names the task. */
  readonly message: string;
  /** What was thrown. */
  readonly exception: unknown;
}

export type ExceptionHandler = (context: ExceptionContext) => void;

const printError: ExceptionHandler = ({ message, exception }) => {
  try {
    console.error(`${message}\n`, exception);
  } catch {
    console.error(`${message}\n${displayThrown(exception)}`); // its stack or a getter of it throws
  }
};

let handler = printError;

/**
 * Sets who is told of errors that nobody received: failures of tasks that were never awaited (told at the end of `run`,
 * when the task is garbage collected, or when the process ends) and errors thrown by done callbacks.
 * The default prints them on stderr.
 *
 * @param handle undefined restores the default
 * @throws {TypeError} if `handle` is neither a function nor undefined
 */
export function setExceptionHandler(handle: ExceptionHandler | undefined): void {
  if (handle !== undefined) checkFunction("setExceptionHandler: handle", handle);
  handler = handle === undefined ? printError : asHook(handle);
}

/** A handler that throws must not stop the work that called it: its own error is printed beside the first. */
export function reportException(message: string, exception: unknown): void {
  try {
    handler({ message, exception });
  } catch (error) {
    printError({ message, exception });
    printError({ message: "heddle/asyncio: the exception handler threw", exception: error });
  }
}

/**
 * What the main thread does for others. It is asked between the slices of its blocking waits, because then its event
 * loop does not turn; whoever registers here listens in the event loop as well.
 */
let serve: (() => void) | undefined;

/** `request` looks whether something is asked of this thread, and does it. Called often: it must be cheap. */
export function onPump(request: () => void): void {
  serve = request;
}

/** Does what is asked of this thread, if anything is. */
export function pump(): void {
  serve?.();
}

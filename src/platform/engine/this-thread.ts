/**
 * A worker runs one thread after another. What a module remembers of the thread that it runs in, it forgets when the next
 * one begins; who does not know the module, because it may not be loaded, tells it through here.
 */

const forgetters: (() => void)[] = [];

/** Has `forget` called whenever this worker becomes another thread. */
export function onRebirth(forget: () => void): void {
  forgetters.push(forget);
}

/** This worker becomes another thread. */
export function forgetLastThread(): void {
  for (const forget of forgetters) forget();
}

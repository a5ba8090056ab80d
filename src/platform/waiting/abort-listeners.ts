/**
 * Who listens to a signal. A listener of its own for each wait would make Node warn of a leak from the eleventh on, at a
 * signal that belongs to the program. So each signal has one listener for all waits, as long as there are some.
 */

/** What is called when each signal is aborted, in the order in which they came. */
const waits = new WeakMap<AbortSignal, Listeners>();

interface Listeners {
  readonly callbacks: Set<() => void>;
  readonly onAbort: () => void;
}

/**
 * Calls `callback` once, when the signal is aborted; it must not throw.
 * @returns a function that takes it back; calling it again does nothing
 */
export function onAborted(signal: AbortSignal, callback: () => void): () => void {
  const listeners = waits.get(signal) ?? listenTo(signal);
  const own = (): void => callback(); // the same callback may wait more than once
  listeners.callbacks.add(own);
  return () => {
    if (listeners.callbacks.delete(own) && listeners.callbacks.size === 0) leave(signal, listeners);
  };
}

function listenTo(signal: AbortSignal): Listeners {
  const callbacks = new Set<() => void>();
  const listeners = {
    callbacks,
    onAbort(): void {
      waits.delete(signal);
      const all = [...callbacks];
      callbacks.clear();
      for (const callback of all) callback();
    },
  };
  waits.set(signal, listeners);
  signal.addEventListener("abort", listeners.onAbort, { once: true });
  return listeners;
}

function leave(signal: AbortSignal, listeners: Listeners): void {
  signal.removeEventListener("abort", listeners.onAbort);
  if (waits.get(signal) === listeners) waits.delete(signal);
}

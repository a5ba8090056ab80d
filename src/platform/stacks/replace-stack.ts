/**
 * Gives an error another stack. The engine renders the old one when it is redefined, as `Error.prepareStackTrace` says, which
 * may throw; when it is deleted it does not. An error that cannot be changed keeps its own.
 */
export function replaceStack(error: Error, value: string): void {
  try {
    if (Reflect.isExtensible(error)) Reflect.deleteProperty(error, "stack");
    Reflect.defineProperty(error, "stack", { value, writable: true, configurable: true });
  } catch {
    // A proxy that refuses: the error is what matters, not where it came from.
  }
}

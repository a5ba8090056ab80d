/** Which global names every thread has from its birth, so that a function may use them anywhere. */

/** What was there when this module was loaded, which is before the user's code ran in most programs. */
const pristine = new Set(Object.getOwnPropertyNames(globalThis));

/** @returns whether `name` is a global that the program itself added to this thread */
export function isAddedGlobal(name: string): boolean {
  return !pristine.has(name) && Object.hasOwn(globalThis, name);
}

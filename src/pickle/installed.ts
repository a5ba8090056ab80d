/**
 * Objects of the library's classes, such as locks, of which a thread has one each: those that have the private fields of
 * their subclass, as they were made here or have arrived before. They take over what arrives; nothing is installed twice.
 */
const installed = new WeakSet<object>();

export function noteInstalled(object: object): void {
  installed.add(object);
}

export function isInstalled(object: object): boolean {
  return installed.has(object);
}

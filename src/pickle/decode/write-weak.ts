/** Tells the WeakMap or WeakSet of a class what the one at home knows of an object. */

/** `value` is what a WeakMap has; a WeakSet has none. */
export function writeWeak(weak: unknown, object: object, value: unknown): void {
  if (weak instanceof WeakMap) WeakMap.prototype.set.call(weak, object, value);
  else WeakSet.prototype.add.call(weak as WeakSet<object>, object);
}

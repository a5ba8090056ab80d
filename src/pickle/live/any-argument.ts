/**
 * Arguments for a function that is called only to be stopped: they match every pattern, so that no default is evaluated,
 * and whatever is read from or called on one is one again.
 */

/** More than anyone writes parameters, or items of a pattern. */
const MANY = 64;

const traps: ProxyHandler<() => void> = {
  get: (_, key) => (key === Symbol.iterator ? items : key === Symbol.toPrimitive ? () => "" : any),
  set: () => true,
  has: () => true,
  ownKeys: () => [],
  getOwnPropertyDescriptor: () => undefined,
  deleteProperty: () => true,
  apply: () => any,
};
// An arrow function has no property that a proxy would have to list.
const any: unknown = new Proxy(() => {}, traps);

function items(): ArrayIterator<unknown> {
  return anyArguments().values();
}

/** @returns a list of stand-ins */
export function anyArguments(): unknown[] {
  return new Array<unknown>(MANY).fill(any);
}

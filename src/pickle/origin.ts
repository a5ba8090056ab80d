/**
 * Where functions, classes and symbols come from. Everything that travels by value carries an id that says which thread
 * made it; when it comes home, the original stands in for the copy. So an object of the user's class that a worker
 * returns or throws is `instanceof` the user's class. A class that arrives twice elsewhere is rebuilt once.
 */
import { onRebirth, uniqueName } from "../platform/engine/this-thread.js";

type Traveller = WeakKey;

/** Names this thread; made with the first id. */
let here: string | undefined;
let count = 0;

const idOf = new WeakMap<Traveller, string>();
const residents = new Map<string, WeakRef<Traveller>>();
const collected = new FinalizationRegistry<string>((id) => {
  if (residents.get(id)?.deref() === undefined) residents.delete(id);
});

/** @returns the id of a function, class or unique symbol, given now if it was made here and never sent before */
export function originOf(traveller: Traveller): string {
  let id = idOf.get(traveller);
  if (id === undefined) {
    here ??= uniqueName();
    id = `${here}:${count++}`;
    idOf.set(traveller, id);
    settle(traveller, id);
  }
  return id;
}

/** @returns whether it has travelled before */
export function hasOrigin(traveller: Traveller): boolean {
  return idOf.has(traveller);
}

/** @returns whether the original of what bears this id was made in this thread */
export function isHome(id: string): boolean {
  return here !== undefined && id.startsWith(`${here}:`);
}

/** @returns what bears this id in this thread: the original, or the interned copy */
export function resident(id: string): Traveller | undefined {
  return residents.get(id)?.deref();
}

/** Notes that `copy` was rebuilt here from what bears `id` elsewhere; `interned` makes it the only copy. */
export function adopt(copy: Traveller, id: string, interned: boolean): void {
  idOf.set(copy, id);
  if (interned) settle(copy, id);
}

/** No copy stands in for what arrives from now on. */
onRebirth(() => {
  residents.clear();
});

function settle(traveller: Traveller, id: string): void {
  residents.set(id, new WeakRef(traveller));
  collected.register(traveller, id);
}

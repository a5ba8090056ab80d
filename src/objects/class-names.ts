/** Names of the classes of shared objects, by which a block says what it is (memory/label.ts). */
import { ofRealm, type Realm } from "../memory/realm.js";
import { type AnyClass, registrationOf } from "../pickle/registry.js";
import { nameOf } from "../platform/words/name-of.js";

interface Numbered {
  readonly number: number | undefined;
}

/** Each class is looked up once in a thread and realm. A Map is faster, but would keep what the program makes. */
const numbersOf = ofRealm(() => ({ ours: new Map<AnyClass, Numbered>(), others: new WeakMap<AnyClass, Numbered>() }));

// Often many objects of one class are made one after another.
let lastRealm: Realm | undefined;
let lastClass: AnyClass | undefined;
let lastNumber: number | undefined;

/**
 * @param root the class that all extend, which is not named
 * @returns number of the list of its names, from its own to that of the library; undefined if there are too many classes
 */
export function classNumber(realm: Realm, its: AnyClass, root: AnyClass): number | undefined {
  return its === lastClass && realm === lastRealm ? lastNumber : lookUp(realm, its, root);
}

function lookUp(realm: Realm, its: AnyClass, root: AnyClass): number | undefined {
  const { ours, others } = numbersOf(realm);
  let found = ours.get(its) ?? others.get(its);
  if (found === undefined) {
    found = { number: realm.names.numberOf(classNames(its, root)) };
    (registrationOf(its) === undefined ? others : ours).set(its, found);
  }
  lastRealm = realm;
  lastClass = its;
  lastNumber = found.number;
  return lastNumber;
}

/** From its own to that of the first class that travels; by prototypes, which a class may inherit without `extends`. */
function classNames(its: AnyClass, root: AnyClass): string[] {
  const names: string[] = [];
  for (let proto: unknown = its.prototype; proto instanceof root; proto = Object.getPrototypeOf(proto)) {
    const one: unknown = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
    const registered = registrationOf(one)?.name;
    names.push(registered ?? nameOf(one));
    if (registered !== undefined) break;
  }
  return names;
}

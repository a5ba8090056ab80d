/**
 * Another memory beside that of the process, and the classes over it: other bytes, other ids of the same threads, the same
 * numbers for other objects. A thread has access to it once it has loaded this module, as it does when it receives an
 * object of one of the classes.
 */
import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";
import type { Rank } from "heddle/queue";
import * as queue from "heddle/queue";
import type { DictKey, Kind } from "heddle/shared";
import * as shared from "heddle/shared";
import * as threading from "heddle/threading";
import { Heap } from "#heddle/memory/heap.js";
import { Realm } from "#heddle/memory/realm.js";
import { enterRealm, joinAlone } from "#heddle/memory/realms.js";
import { REALM } from "#heddle/objects/shared-object.js";
import type { Classes } from "./realms.js";

const KEY = "heddle.test.second-realm";
/** So many threads more than the process has seen have been there. */
const EARLIER = 77;

/** Makes the memory of a realm, in which threads have lived and are gone. */
export function makeRealm(): Realm {
  const realm = new Realm(new Heap(undefined, 2 ** 28), { reach: "process", isNew: true });
  const { threads, allocator } = realm;
  for (let number = 0; number < EARLIER; number++) {
    const id = threads.claim({ name: "earlier", daemon: true, parent: 0 }, allocator);
    threads.finish(id, false);
    threads.leaveInPeace(id);
  }
  joinAlone(realm);
  enterRealm(realm);
  return realm;
}

function join(buffer: SharedArrayBuffer): Realm {
  const realm = new Realm(new Heap(buffer), { reach: "process", isNew: false });
  joinAlone(realm);
  enterRealm(realm);
  return realm;
}

const inherited = getEnvironmentData(KEY) as SharedArrayBuffer | undefined;
if (inherited === undefined && !isMainThread)
  throw new Error("The thread was started before the second realm was made");

export const secondRealm: Realm = inherited === undefined ? makeRealm() : join(inherited);
if (inherited === undefined) setEnvironmentData(KEY, secondRealm.heap.buffer);

const realmOfClass = (): Realm => secondRealm;

export class Barrier extends threading.Barrier {
  static readonly [REALM] = realmOfClass;
}
export class BoundedSemaphore extends threading.BoundedSemaphore {
  static readonly [REALM] = realmOfClass;
}
export class Condition extends threading.Condition {
  static readonly [REALM] = realmOfClass;
}
export class Event extends threading.Event {
  static readonly [REALM] = realmOfClass;
}
export class Latch extends threading.Latch {
  static readonly [REALM] = realmOfClass;
}
export class Lock extends threading.Lock {
  static readonly [REALM] = realmOfClass;
}
export class Once extends threading.Once {
  static readonly [REALM] = realmOfClass;
}
export class RLock extends threading.RLock {
  static readonly [REALM] = realmOfClass;
}
export class RWLock extends threading.RWLock {
  static readonly [REALM] = realmOfClass;
}
export class Semaphore extends threading.Semaphore {
  static readonly [REALM] = realmOfClass;
}
export class LifoQueue<T = unknown> extends queue.LifoQueue<T> {
  static readonly [REALM] = realmOfClass;
}
export class PriorityQueue<T = readonly [Rank, unknown]> extends queue.PriorityQueue<T> {
  static readonly [REALM] = realmOfClass;
}
export class Queue<T = unknown> extends queue.Queue<T> {
  static readonly [REALM] = realmOfClass;
}
export class SimpleQueue<T = unknown> extends queue.SimpleQueue<T> {
  static readonly [REALM] = realmOfClass;
}
export class SharedDict<V = unknown, K extends DictKey = string> extends shared.SharedDict<V, K> {
  static readonly [REALM] = realmOfClass;
}
export class SharedList<V = unknown> extends shared.SharedList<V> {
  static readonly [REALM] = realmOfClass;
}
export class Value<K extends Kind = Kind> extends shared.Value<K> {
  static readonly [REALM] = realmOfClass;
}
/** Classes over this memory by what `struct` made, and back. */
const classes = new WeakMap<object, object>();
const bases = new WeakMap<object, object>();

/** Equal fields give one class; it travels as any that a program derives from what `struct` made. */
export const struct = ((fields: shared.Fields) => {
  const base = shared.struct(withBases(fields) as shared.Fields);
  if (!classes.has(base)) {
    const made = class Struct extends base {
      static readonly [REALM] = realmOfClass;
    };
    classes.set(base, made);
    bases.set(made, base);
  }
  return classes.get(base);
}) as typeof shared.struct;

/** A field is what `struct` made, not what was derived from it. */
function withBases(type: unknown): unknown {
  if (Array.isArray(type)) return type.map(withBases);
  if (typeof type !== "object" || type === null) return bases.get(type as object) ?? type;
  return Object.fromEntries(Object.entries(type).map(([name, field]) => [name, withBases(field)]));
}

export const ofSecond: Classes = {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Latch,
  Lock,
  Once,
  RLock,
  RWLock,
  Semaphore,
  LifoQueue,
  PriorityQueue,
  Queue,
  SimpleQueue,
  SharedDict,
  SharedList,
  Value,
  struct,
  realm: realmOfClass,
};

/**
 * The realm that the threads of this process have in common, and this thread's place in it.
 *
 * The buffer travels as environment data, which every worker inherits, also those that heddle did not start. A heddle
 * thread finds its record claimed by its parent; any other thread claims one when it first needs the realm.
 */
import { getEnvironmentData, isMainThread, setEnvironmentData } from "node:worker_threads";
import { Heap } from "./heap.js";
import { MAGIC } from "./layout.js";
import { announceEnd } from "./program-end.js";
import { Realm } from "./realm.js";
import { enterRealm, joinAlone } from "./realms.js";
import type { ThreadId } from "./thread-table.js";

const KEY = `heddle.heap.${MAGIC.toString(16)}`;

let instance: Realm | undefined;
let welcome: ((realm: Realm) => void) | undefined;

/** Has `made` called when this thread has its access to the realm, or at once if it has. */
export function onProcessRealm(made: (realm: Realm) => void): void {
  welcome = made;
  if (instance !== undefined) made(instance);
}

/** @returns the realm of this process's threads; made or joined at the first call */
export function processRealm(): Realm {
  return instance ?? enter(undefined);
}

/**
 * Joins the realm in that buffer, for a thread that was started before there was one.
 * @returns false if this thread has another one already
 */
export function adoptRealm(buffer: SharedArrayBuffer, id: number): boolean {
  if (instance === undefined && getEnvironmentData(KEY) === undefined) setEnvironmentData(KEY, buffer);
  return processRealm().id === id;
}

/**
 * Joins the realm as the thread whose record the parent claimed; again, as the next one, when the worker is used again.
 * The first call must be the worker's first use of the realm.
 */
export function joinAs(id: ThreadId): Realm {
  if (instance === undefined) return enter(id);
  instance.become(id);
  return instance;
}

function enter(claimed: ThreadId | undefined): Realm {
  const inherited = getEnvironmentData(KEY) as SharedArrayBuffer | undefined;
  const isNew = inherited === undefined;
  const realm = new Realm(new Heap(inherited), { reach: "process", isNew });
  if (isNew) setEnvironmentData(KEY, realm.heap.buffer);
  if (claimed !== undefined) realm.become(claimed);
  else if (isNew && isMainThread) introduceMain(realm);
  else joinAlone(realm); // heddle has not started this thread
  instance = realm;
  enterRealm(realm);
  welcome?.(instance);
  return instance;
}

function introduceMain(realm: Realm): void {
  const { threads } = realm;
  threads.main = realm.join({ name: "MainThread", daemon: false, parent: 0 });
  announceEnd(realm.ending, () => {
    for (const other of threads.alive()) realm.lookAfter(other);
  });
}

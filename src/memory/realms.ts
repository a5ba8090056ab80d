/** The realms that this thread has access to, by their numbers: how what arrives from elsewhere finds its own. */
import { onRebirth } from "../platform/engine/this-thread.js";
import type { Realm } from "./realm.js";

const known = new Map<number, Realm>();

onRebirth(() => {
  for (const realm of known.values()) realm.forget();
});

/** From now on what lives in that realm can arrive in this thread. */
export function enterRealm(realm: Realm): void {
  known.set(realm.id, realm);
}

/** @returns undefined if this thread has no access to it */
export function realmNumbered(id: number): Realm | undefined {
  return known.get(id);
}

/** A worker of this thread has exited: in other realms than that one nobody else may find out that its threads are gone. */
export function lookAfterOthers(own: Realm): void {
  for (const realm of known.values()) if (realm !== own) realm.living();
}

/**
 * Takes places in the realm for the threads that run in this worker, one after another, until it exits: nobody else would
 * settle their ends there.
 */
export function joinAlone(realm: Realm): void {
  takePlace(realm);
  onRebirth(() => {
    const before = realm.me;
    takePlace(realm);
    realm.threads.finish(before, false);
    realm.settle(before, true);
  });
  process.once("exit", (code) => {
    const { me } = realm;
    realm.threads.finish(me, code !== 0);
    realm.settle(me, true);
  });
}

function takePlace(realm: Realm): void {
  realm.join({ name: `Dummy-${realm.threads.nextNumber()}`, daemon: true, parent: 0 });
}

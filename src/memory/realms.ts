/** The realms that this thread has access to, by their numbers: how what arrives from elsewhere finds its own. */
import type { Realm } from "./realm.js";

const known = new Map<number, Realm>();

/** From now on what lives in that realm can arrive in this thread. */
export function enterRealm(realm: Realm): void {
  known.set(realm.id, realm);
}

/** @returns undefined if this thread has no access to it */
export function realmNumbered(id: number): Realm | undefined {
  return known.get(id);
}

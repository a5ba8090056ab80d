/** Which threads hold a lock, for who knows no more of it than its handle. */
import type { Handle } from "../memory/heap.js";
import { namesOf } from "../memory/label.js";
import type { Realm } from "../memory/realm.js";
import type { ThreadId } from "../memory/thread-table.js";
import { type AnyClass, registrationOf } from "../pickle/registry.js";
import { SharedObject } from "./shared-object.js";

interface LockClass {
  readonly sharedClass: AnyClass;
  readonly holders: (lock: SharedObject) => readonly ThreadId[];
}

const lockClasses = new Map<string, LockClass>();

/**
 * Says who holds a lock of that class, or runs what is run once. Called by the module that has registered the class.
 * @param holders returns numbers of threads; 0 is none
 */
export function tellHolders<T extends SharedObject>(
  sharedClass: AnyClass & { readonly prototype: T },
  holders: (lock: T) => readonly ThreadId[],
): void {
  lockClasses.set(registrationOf(sharedClass)!.name, { sharedClass, holders: holders as LockClass["holders"] });
}

/**
 * @param handle of an object that somebody waits for
 * @returns its holders at one moment; undefined if this thread has not loaded its class, or it is none that anybody holds
 */
export function holdersOf(realm: Realm, handle: Handle): readonly ThreadId[] | undefined {
  const names = namesOf(realm.heap, handle);
  if (names === undefined) return undefined;
  const known = lockClasses.get(realm.names.list(names).at(-1) ?? ""); // the library's own
  return known?.holders(SharedObject.revive(realm, handle, known.sharedClass)).filter((id) => id !== 0);
}

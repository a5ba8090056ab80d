/** The classes of shared objects, and the memory that their objects live in: what a contract of theirs is given. */
import * as queue from "heddle/queue";
import * as shared from "heddle/shared";
import * as threading from "heddle/threading";
import { processRealm } from "#heddle/memory/process-realm.js";
import type { Realm } from "#heddle/memory/realm.js";

type Of<Module, Name extends keyof Module> = Pick<Module, Name>;

export interface Classes
  extends Of<typeof threading, "Barrier" | "BoundedSemaphore" | "Condition" | "Event" | "Latch" | "Lock" | "Once">,
    Of<typeof threading, "RLock" | "RWLock" | "Semaphore">,
    Of<typeof queue, "LifoQueue" | "PriorityQueue" | "Queue" | "SimpleQueue">,
    Of<typeof shared, "SharedDict" | "SharedList" | "struct" | "Value"> {
  readonly realm: () => Realm;
}

/** As users have them: in the memory of the process's threads. */
export const ofProcess: Classes = { ...threading, ...queue, ...shared, realm: processRealm };

/** Nodes of wait queues as small objects of the heap: next, owner, state. */
import { HEADER_WORDS } from "../memory/allocator.js";
import type { Handle } from "../memory/heap.js";
import { partLabel } from "../memory/label.js";
import { Patience } from "../memory/patience.js";
import type { Realm } from "../memory/realm.js";
import type { Word } from "../memory/word.js";
import type { WaitNodes } from "../sync/wait-queue.js";

/** Of all who sleep on a node in this thread: each node is slept on once. */
const patience = new Patience();

export class HeapNodes implements WaitNodes {
  readonly #realm: Realm;
  readonly #label: number;

  /** @param object where their waiters wait */
  constructor(realm: Realm, object: Handle) {
    this.#realm = realm;
    this.#label = partLabel(object);
  }
  allocate(): Handle {
    return this.#realm.create(12, this.#label);
  }
  release(node: Handle): void {
    this.#realm.destroy(node);
  }
  next(node: Handle): Word {
    return this.#word(node, 0);
  }
  owner(node: Handle): Word {
    return this.#word(node, 1);
  }
  state(node: Handle): Word {
    return this.#word(node, 2, patience);
  }

  #word(node: Handle, index: number, patience?: Patience): Word {
    return this.#realm.heap.word((node << 4) + HEADER_WORDS + index, patience);
  }
}

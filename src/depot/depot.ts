/**
 * What the depot does with what it hears: it keeps what cannot stand in the heap, from when it is put into a queue until
 * it is taken.
 *
 *   putter:  post the deposit ──▶ publish its ticket          getter:  take a ticket ──▶ ask for it ──▶ answer
 *
 * Invariant: a deposit stands in its channel before its ticket is published. Channels are not read in the order of
 * posting: one may have many messages waiting while another one's first is read. So when a ticket is asked for that is
 * not known, all channels are emptied first; then who asks finds it, unless it was dropped.
 *
 * What a thread that is killed has deposited and not published, or taken out of a queue and not asked for, stays until
 * the end of the process: one item for each such death at most.
 */
import type { FromDepot, Ticket, ToDepot } from "./depot-protocol.js";

/** A thread, as the depot sees it. */
export interface Visitor {
  /** True if the thread certainly no longer exists. */
  readonly isGone: boolean;
  /** @returns what it has posted and nobody has heard; undefined: no more */
  receive(): ToDepot | undefined;
  answer(message: FromDepot): void;
  close(): void;
}

export class Depot {
  readonly #held = new Map<Ticket, unknown>();
  readonly #visitors = new Set<Visitor>();

  /** Number of deposits. */
  get size(): number {
    return this.#held.size;
  }

  /** From now on it is listened to. Nobody says good-bye: those that are gone are looked for when somebody new comes. */
  welcome(visitor: Visitor): void {
    for (const known of this.#visitors) {
      if (!known.isGone) continue;
      known.close();
      this.#visitors.delete(known);
    }
    this.#visitors.add(visitor);
  }

  hear(visitor: Visitor, message: ToDepot): void {
    if (message.type === "put") this.#held.set(message.ticket, message.body);
    else if (message.type === "drop") for (const ticket of message.tickets) this.#held.delete(ticket);
    else this.#give(visitor, message.ticket);
  }

  #give(visitor: Visitor, ticket: Ticket): void {
    if (!this.#held.has(ticket)) this.#hearAll();
    visitor.answer({ found: this.#held.has(ticket), body: this.#held.get(ticket) });
    this.#held.delete(ticket);
  }

  #hearAll(): void {
    for (const visitor of this.#visitors) {
      for (let message = visitor.receive(); message !== undefined; message = visitor.receive())
        this.hear(visitor, message);
    }
  }
}

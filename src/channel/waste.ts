/** Where items go that nobody will take: of what they have in the depot it can let go. */
import { dropDeposits } from "../depot/depot-link.js";
import type { Ticket } from "../depot/depot-protocol.js";
import { ticketIn } from "./codec/pickled.js";
import { Kind } from "./codec/tags.js";
import type { ItemSink } from "./storage/storage.js";

export class Waste implements ItemSink {
  #tickets: Ticket[] = [];

  readFrom(...[{ u8 }, at, kind, , length]: Parameters<ItemSink["readFrom"]>): void {
    if (kind === Kind.DEPOSITED) this.#tickets.push(ticketIn(u8.slice(at, at + length)));
  }

  /** Not under the queue's lock: it may have to wait for the depot. */
  empty(): void {
    const tickets = this.#tickets;
    this.#tickets = [];
    dropDeposits(tickets);
  }
}

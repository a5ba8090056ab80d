/**
 * The owner's end of a line of messages. A worker has one task, or several at once if the functions are known to be short:
 * then the way there and back is paid once for all of them, and none waits long behind another.
 *
 *   entry:   written ──▶ offered ──assigned──▶ held by a worker ──▶ outcome
 *                           ▲                     │    └──▶ first of its worker when that is gone: lost
 *                           └──given back, or ────┘
 *                              not the first of a worker that is gone
 *
 * Invariant: `held` of a worker is what it was sent and has neither answered nor given back, in the order that it runs them.
 */
import type { Destination } from "../../pickle/destination.js";
import type { Packed } from "../../pickle/pickle.js";
import { CancelledError } from "../../platform/errors/errors.js";
import { setMicrotask } from "../../platform/waiting/timers.js";
import type {
  Form,
  FunctionId,
  Line,
  LineEvents,
  LinePost,
  LineTask,
  TaskError,
  WorkerId,
  WriteOptions,
} from "./line.js";
import type { Entry, LineFunction } from "./message-entry.js";
import { Member } from "./message-member.js";
import type { FromEnd, MessageInvitation } from "./message-protocol.js";
import { Pace } from "./pace.js";
import { read, writePayload } from "./writing.js";

let lastFunction: FunctionId = 0;

export class MessageLine<Task extends LineTask> implements Line<Task> {
  readonly #to: Destination;
  readonly #events: LineEvents<Task>;
  readonly #functions = new Map<FunctionId, LineFunction>();
  readonly #entries: (Entry<Task> | undefined)[] = [];
  readonly #free: number[] = [];
  /** In order; those that were taken back since are skipped. */
  #offered: Entry<Task>[] = [];
  #offers = 0;
  readonly #members = new Map<WorkerId, Member<Task>>();
  #isFlushing = false;
  #isClosed = false;

  constructor(to: Destination, events: LineEvents<Task>) {
    this.#to = to;
    this.#events = events;
  }

  define(packed: Packed): FunctionId {
    const id = ++lastFunction;
    this.#functions.set(id, { id, packed, pace: new Pace() });
    return id;
  }

  forget(fn: FunctionId): void {
    this.#functions.delete(fn);
    for (const member of this.#members.values()) member.forget(fn);
  }

  write(task: Task, fn: FunctionId, form: Form, payload: unknown, options: WriteOptions): void {
    const written = writePayload(payload, form, this.#to, options);
    const place = this.#free.pop() ?? this.#entries.length;
    task.place = place;
    const known = this.#functions.get(fn) as LineFunction;
    this.#entries[place] = { task, place, fn: known, form, written, state: "written", worker: 0, isUnwanted: false };
  }

  drop(task: Task): void {
    this.#release(this.#entryOf(task));
  }

  get room(): number {
    let room = -this.#offers;
    for (const member of this.#members.values()) room += member.room;
    return Math.max(room, 0);
  }

  offer(task: Task): void {
    const entry = this.#entryOf(task);
    if (entry === undefined) return;
    entry.state = "offered";
    this.#offered.push(entry);
    this.#offers++;
    this.#flushSoon();
  }

  revoke(task: Task): WorkerId | undefined {
    const entry = this.#entryOf(task);
    if (entry === undefined) return undefined;
    if (entry.state === "held") return entry.worker;
    if (entry.state === "offered") this.#offers--;
    this.#release(entry);
    return undefined;
  }

  runnerOf(task: Task): WorkerId | undefined {
    const entry = this.#entryOf(task);
    if (entry?.state !== "held") return undefined;
    return this.#members.get(entry.worker)?.held[0] === entry ? entry.worker : undefined;
  }

  interrupt(task: Task): void {
    const entry = this.#entryOf(task);
    if (entry?.state !== "held") return;
    const member = this.#members.get(entry.worker);
    // What has not begun comes back, and is not offered again.
    entry.isUnwanted = true;
    if (this.runnerOf(task) === undefined) member?.wantBack();
    else member?.interrupt(entry.place);
  }

  invite(): MessageInvitation {
    return { kind: "messages", to: this.#to };
  }

  joined(worker: WorkerId, handle: LinePost, mostTasks = Infinity): void {
    if (this.#isClosed) return;
    this.#members.set(worker, new Member(worker, handle, mostTasks));
    this.#flushSoon();
    this.#events.room();
  }

  heard(worker: WorkerId, message: unknown): void {
    const member = this.#members.get(worker);
    if (member === undefined || this.#isClosed) return;
    const said = message as FromEnd;
    if (said.line === "given-back") this.#givenBack(member, said.places);
    else this.#settle(member, said);
  }

  /** While it was asked it got nothing: now it may. */
  #givenBack(member: Member<Task>, places: readonly number[]): void {
    this.#takeBack(member.givenBack(places));
    this.#flushSoon();
    if (this.room > 0) this.#events.room();
  }

  retire(worker: WorkerId): void {
    this.#members.get(worker)?.retire();
  }

  gone(worker: WorkerId): Task[] {
    const member = this.#members.get(worker);
    if (member === undefined) return [];
    this.#members.delete(worker);
    const [lost, ...others] = member.held;
    this.#takeBack(others);
    if (lost === undefined) return [];
    lost.state = "written";
    return [lost.task];
  }

  close(): void {
    this.#isClosed = true;
    this.#members.clear();
    this.#offered = [];
    this.#entries.length = 0;
    this.#functions.clear();
  }

  #settle(member: Member<Task>, outcome: Exclude<FromEnd, { line: "given-back" }>): void {
    const entry = member.answered(outcome.place);
    if (entry === undefined) return;
    this.#release(entry);
    entry.fn.pace.took(outcome.ran);
    // First what the worker goes on with: it need not wait until the result is unpacked.
    if (this.#offers > 0 || member.isIdle) this.#flushSoon();
    if (member.room > 0) this.#events.room();
    const { task } = entry;
    const tell = (): void => this.#tell(task, member.worker, outcome);
    if (task.inContext === undefined) tell();
    else task.inContext(tell);
  }

  #tell(task: Task, worker: WorkerId, outcome: Exclude<FromEnd, { line: "given-back" }>): void {
    if (outcome.line === "failed") {
      this.#events.failed(task, { wire: outcome.error }, worker, outcome.ran);
      return;
    }
    let value: unknown;
    let error: TaskError | undefined;
    try {
      value = read(outcome.writing, outcome.value);
    } catch (caught) {
      error = { error: caught };
    }
    if (error === undefined) this.#events.done(task, value, worker, outcome.ran);
    else this.#events.failed(task, error, worker, outcome.ran);
  }

  /** They go before all that was offered later. */
  #takeBack(entries: readonly Entry<Task>[]): void {
    const wanted = entries.filter((entry) => !entry.isUnwanted);
    for (const entry of wanted) entry.state = "offered";
    this.#offers += wanted.length;
    this.#offered.unshift(...wanted);
    if (entries.length > 0) this.#flushSoon();
    for (const entry of entries) if (entry.isUnwanted) this.#giveUp(entry);
  }

  #giveUp(entry: Entry<Task>): void {
    this.#release(entry);
    this.#events.failed(entry.task, { error: new CancelledError() }, entry.worker, 0);
  }

  #entryOf({ place }: Task): Entry<Task> | undefined {
    return this.#entries[place];
  }

  #release(entry: Entry<Task> | undefined): void {
    if (entry === undefined) return;
    this.#entries[entry.place] = undefined;
    entry.task.place = -1;
    this.#free.push(entry.place);
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setMicrotask(() => {
      this.#isFlushing = false;
      if (!this.#isClosed) this.#flush();
    });
  }

  /** Those with the fewest tasks first, and one each in turn: what is there is spread over all of them. */
  #flush(): void {
    const unsent: Entry<Task>[] = [];
    if (this.#offered.some(({ task }) => task.priority)) this.#offered.sort(byPriority);
    const members = [...this.#members.values()];
    for (const entry of this.#offered) {
      // Taken back since.
      if (this.#entries[entry.place] !== entry || entry.state !== "offered") continue;
      const member = leastLoaded(members, entry);
      if (member === undefined) unsent.push(entry);
      else this.#assign(entry, member);
    }
    this.#offered = unsent;
    for (const member of members) this.#send(member);
    this.#wantBack(members);
  }

  #assign(entry: Entry<Task>, member: Member<Task>): void {
    this.#offers--;
    entry.state = "held";
    entry.worker = member.worker;
    member.take(entry);
  }

  #send(member: Member<Task>): void {
    for (const { entry, error } of member.send()) {
      this.#release(entry);
      this.#events.failed(entry.task, { error }, member.worker, 0);
    }
  }

  /** Somebody has nothing to do, and there is nothing but what others hold and may not come to for long. */
  #wantBack(members: readonly Member<Task>[]): void {
    if (this.#offers > 0 || !members.some((member) => member.isIdle)) return;
    for (const member of members) if (member.held.length > 1) member.wantBack();
  }
}

function byPriority({ task: a }: Entry<LineTask>, { task: b }: Entry<LineTask>): number {
  return (a.priority ?? 0) - (b.priority ?? 0);
}

function leastLoaded<Task>(members: readonly Member<Task>[], entry: Entry<Task>): Member<Task> | undefined {
  let best: Member<Task> | undefined;
  for (const member of members)
    if (member.mayHave(entry) && (best === undefined || member.held.length < best.held.length)) best = member;
  return best;
}

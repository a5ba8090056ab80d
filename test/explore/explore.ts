/**
 * Runs small concurrent programs under every interleaving of their atomic operations, in one thread.
 *
 * A thread's body is an ordinary synchronous function over Words. To stop it before an operation, the operation
 * throws; to resume it, the body is run again from its start and given the results it already had (history.ts). So
 * bodies must be deterministic and share nothing but words.
 *
 * Exact for Atomics: they are sequentially consistent, so an execution *is* an interleaving. A state is what every
 * thread has seen in its phase, where it stands, and the cells; states seen before are not explored twice. There are no
 * cycles: within a phase histories only grow, and phases only follow each other. So a program that can run for ever
 * runs into `maxDepth`.
 *
 * The choices at each state:
 *   - which thread does its next operation, and which sleepers a notify wakes (no FIFO order is assumed);
 *   - a sleep with a finite timeout ends, at any time;
 *   - a mortal thread dies, at any time, also asleep; `died(id)` is true from then on;
 *   - the slice of a sleep ends: once per sleeper and death at any time, and for all sleepers at once when
 *     nothing else can happen (time goes on and nobody is starved). While nobody died slices do not end, so they hide
 *     no lost wake-up.
 */
import type { Owners } from "#heddle/sync/owners.js";
import { History } from "./history.js";
import { type Ask, ModelWord, type Request, type Result } from "./model-word.js";
import { type Body, type Cells, DEAD, type Ending, type Explored, type Program } from "./program.js";
import { depthOf, keyOf, type State, type Thread } from "./state.js";

/** The part of a lock word that is its owner's id, without its marks. */
const OWNER = (1 << 30) - 1;

/**
 * Explores all of the program.
 *
 * @throws {Error} with the trace of the first run found that deadlocks, does not end, throws, or fails a check
 */
export function explore<N extends string>(program: Program<N>): Explored {
  return new Explorer(program).run();
}

class Explorer<N extends string> {
  readonly #program: Program<N>;
  readonly #names: readonly N[];
  /** For each word the index of the word of the mutex that guards it. */
  readonly #guards: readonly (number | undefined)[];
  /** The beginnings of all phases, by thread, phase and what was carried there. */
  readonly #roots = new Map<string, History>();
  readonly #seen = new Set<string>();
  readonly #stack: State[] = [];
  #endings = 0;

  constructor(program: Program<N>) {
    this.#program = program;
    this.#names = Object.keys(program.words) as N[];
    this.#guards = this.#names.map((name) => {
      const guard = program.guarded?.[name];
      return guard === undefined ? undefined : this.#names.indexOf(guard);
    });
  }

  run(): Explored {
    const threads = this.#program.threads.map((_, index): Thread => {
      return { history: this.#phase(index, 0, undefined)!, mode: "running", slices: 0 };
    });
    const cells = this.#names.map((name) => this.#program.words[name]);
    this.#reach({ cells, threads, step: "start", before: undefined });
    for (let state = this.#stack.pop(); state !== undefined; state = this.#stack.pop()) this.#expand(state);
    return { states: this.#seen.size, endings: this.#endings };
  }

  /** What thread `index` does in a phase. @returns undefined if it has no such phase */
  #phase(index: number, phase: number, carried: unknown): History | undefined {
    const phases = [this.#program.threads[index]!].flat() as Body<N>[];
    const body = phases[phase];
    if (body === undefined) return undefined;
    const key = `${index}/${phase}/${JSON.stringify(carried)}`;
    let root = this.#roots.get(key);
    if (root === undefined) {
      root = new History((ask) => body(this.#wordsFor(ask), this.#selfOf(index + 1, ask), carried), phase);
      this.#roots.set(key, root);
    }
    return root;
  }

  #wordsFor(ask: Ask): Readonly<Record<N, ModelWord>> {
    const isMortal = this.#program.mortal !== undefined;
    const words = this.#names.map((name, word) => [name, new ModelWord(ask, word, name, isMortal)]);
    return Object.fromEntries(words) as Record<N, ModelWord>;
  }

  #selfOf(id: number, ask: Ask): Owners {
    const died = (other: number): boolean => {
      // Of a thread that cannot die there is nothing to see, so looking is no point of interleaving.
      if (!this.#program.mortal?.includes(other)) return false;
      return ask({ kind: "died", id: other, name: `died(${other})` }) as boolean;
    };
    return { me: id, spins: 0, died, look: () => {} };
  }

  #reach(state: State): void {
    const key = keyOf(state);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#check(state, () => this.#program.invariant?.(this.#cellsOf(state)));
    this.#stack.push(state);
  }

  #expand(state: State): void {
    if (depthOf(state) > (this.#program.maxDepth ?? 200)) this.#fail(state, "livelock: no end in sight");
    const { threads } = state;
    let moved = false;
    for (let index = 0; index < threads.length; index++) {
      if (this.#act(state, index)) moved = true;
      if (this.#program.mortal?.includes(index + 1)) this.#die(state, index);
    }
    if (moved || this.#endSlices(state)) return;
    const stuck = threads.flatMap(({ mode, history }, index) =>
      mode !== "dead" && history.next.kind === "operation" ? [`thread ${index + 1}`] : [],
    );
    if (stuck.length > 0) this.#fail(state, `deadlock: ${stuck.join(", ")} waiting for ever`);
    this.#endings++;
    this.#check(state, () => this.#program.finally?.(this.#endingOf(state)));
  }

  /** Reaches every state that comes of thread `index` going on. @returns false if there is none */
  #act(state: State, index: number): boolean {
    const thread = state.threads[index]!;
    if (thread.mode === "dead") return false;
    const { next } = thread.history;
    if (next.kind === "threw") this.#fail(state, `thread ${index + 1} threw ${describe(next.error)}`, next.error);
    if (next.kind === "returned") return false;
    if (thread.mode === "running") return this.#operate(state, index, next.request);
    if (next.request.kind !== "wait" || !this.#mayTimeOut(thread, next.request.ends)) return false;
    const slices = next.request.ends === "slice" ? thread.slices - 1 : thread.slices;
    const awake: Thread = { history: thread.history.and("timed-out"), mode: "running", slices };
    this.#advance(this.#step(state, `thread ${index + 1}: ... timed out`, state.cells, [[index, awake]]), index);
    return true;
  }

  #mayTimeOut(thread: Thread, ends: "never" | "at-any-time" | "slice"): boolean {
    if (ends === "slice") return thread.slices > 0 || this.#program.interrupts === true;
    return ends === "at-any-time";
  }

  /** Reaches every state that comes of the operation. @returns false if there is none */
  #operate(state: State, index: number, request: Request): boolean {
    const after = this.#after(state, index, request);
    for (const reached of after) this.#advance(reached, index);
    return after.length > 0;
  }

  /** The states right after the operation; none if it is a lock that cannot be had. */
  #after(state: State, index: number, request: Request): State[] {
    const label = `thread ${index + 1}: ${request.name}`;
    const thread = state.threads[index]!;
    const becomes = (result: Result): [number, Thread] => [index, { ...thread, history: thread.history.and(result) }];
    if (request.kind === "died") {
      const dead = state.threads[request.id - 1]?.mode === "dead";
      return [this.#step(state, `${label} = ${dead}`, state.cells, [becomes(dead)])];
    }
    const before = state.cells[request.word]!;
    if (request.kind === "change") {
      this.#checkGuard(state, index, request.word, label);
      const cells = state.cells.with(request.word, request.next(before) | 0);
      return [this.#step(state, `${label} = ${before}`, cells, [becomes(before)])];
    }
    if (request.kind === "lock") {
      const inherits = state.threads[before - 1]?.mode === "dead";
      if (before !== 0 && !inherits) return [];
      return [this.#step(state, label, state.cells.with(request.word, request.id), [becomes(inherits ? 2 : 1)])];
    }
    if (request.kind === "wait") {
      const sleeps = before === request.expected;
      const after: [number, Thread] = sleeps ? [index, { ...thread, mode: "asleep" }] : becomes("not-equal");
      return [this.#step(state, sleeps ? `${label} ...` : `${label} = not-equal`, state.cells, [after])];
    }
    const sleepers = this.#sleepersOn(state, request.word);
    return subsets(sleepers, Math.min(request.count, sleepers.length)).map((woken) => {
      const awake = woken.map((other): [number, Thread] => {
        const sleeper = state.threads[other]!;
        return [other, { ...sleeper, history: sleeper.history.and("ok"), mode: "running" }];
      });
      const whom = woken.length > 0 ? `, wakes ${woken.map((other) => other + 1).join(", ")}` : "";
      return this.#step(state, label + whom, state.cells, [becomes(woken.length), ...awake]);
    });
  }

  /** Lets the thread go on as long as it touches what only it can see, then reaches the state. */
  #advance(state: State, index: number): void {
    let at = state;
    for (;;) {
      const { history } = at.threads[index]!;
      const { next } = history;
      if (next.kind === "returned") {
        const following = this.#phase(index, history.phase + 1, next.value);
        if (following === undefined) break;
        at = { ...at, threads: at.threads.with(index, { ...at.threads[index]!, history: following }) };
        continue;
      }
      if (next.kind !== "operation" || next.request.kind !== "change") break;
      if (this.#guards[next.request.word] === undefined) break;
      // It may die between two operations that nobody else can see, and leave what the next owner finds.
      if (this.#program.mortal?.includes(index + 1)) this.#reach(at);
      at = this.#after(at, index, next.request)[0]!;
    }
    this.#reach(at);
  }

  /** Fails if thread `index` touches a guarded word without holding its mutex. */
  #checkGuard(state: State, index: number, word: number, label: string): void {
    const guard = this.#guards[word];
    if (guard === undefined || (state.cells[guard]! & OWNER) === index + 1) return;
    this.#fail(state, `${label} without holding ${this.#names[guard]}`);
  }

  #die(state: State, index: number): void {
    const thread = state.threads[index]!;
    if (thread.mode === "dead" || thread.history.next.kind === "returned") return;
    const threads = state.threads.map((other, at): [number, Thread] =>
      at === index ? [at, { ...other, mode: "dead", slices: 0 }] : [at, { ...other, slices: other.slices + 1 }],
    );
    this.#reach(this.#step(state, `thread ${index + 1} dies`, state.cells, threads));
  }

  /** Nothing else can happen: time goes on until the slices of all sleepers have ended. */
  #endSlices(state: State): boolean {
    if (!state.threads.some((thread) => thread.mode === "dead")) return false;
    const awake = state.threads.flatMap((thread, index): [number, Thread][] => {
      const { next } = thread.history;
      const sliced = next.kind === "operation" && next.request.kind === "wait" && next.request.ends === "slice";
      if (thread.mode !== "asleep" || !sliced) return [];
      return [[index, { ...thread, history: thread.history.and("timed-out"), mode: "running" }]];
    });
    if (awake.length === 0) return false;
    this.#reach(this.#step(state, "all slices end", state.cells, awake));
    return true;
  }

  #sleepersOn(state: State, word: number): number[] {
    return state.threads.flatMap(({ mode, history: { next } }, index) =>
      mode === "asleep" && next.kind === "operation" && next.request.kind === "wait" && next.request.word === word
        ? [index]
        : [],
    );
  }

  #step(before: State, step: string, cells: readonly number[], changed: readonly [number, Thread][]): State {
    const threads = [...before.threads];
    for (const [index, thread] of changed) threads[index] = thread;
    return { cells, threads, step, before };
  }

  #cellsOf(state: State): Cells<N> {
    return Object.fromEntries(this.#names.map((name, word) => [name, state.cells[word]!])) as Cells<N>;
  }

  #endingOf(state: State): Ending<N> {
    const outcomes = state.threads.map(({ mode, history: { next } }) =>
      mode === "dead" ? DEAD : next.kind === "returned" ? next.value : undefined,
    );
    return { cells: this.#cellsOf(state), outcomes };
  }

  #check(state: State, check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#fail(state, describe(error), error);
    }
  }

  #fail(state: State, why: string, cause?: unknown): never {
    const steps: string[] = [];
    for (let at: State | undefined = state; at !== undefined; at = at.before) steps.unshift(at.step);
    const cells = this.#names.map((name, word) => `${name} ${state.cells[word]}`).join(", ");
    throw new Error(`${why}\n  ${steps.join("\n  ")}\n  cells: ${cells}`, { cause });
  }
}

/** Every choice of `count` of the items. */
function subsets(items: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  if (count === items.length) return [[...items]];
  const [first, ...rest] = items;
  return [...subsets(rest, count - 1).map((chosen) => [first!, ...chosen]), ...subsets(rest, count)];
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** A session with this thread's own inspector, whose answers and events are there when `post` returns. */
import { createRequire } from "node:module";

export interface Session {
  connect(): void;
  post(method: string, params: object, callback: (error: Error | null, result: unknown) => void): void;
  on(event: string, listener: Listener): void;
  off(event: string, listener: Listener): void;
}

export type Listener = (message: { params: never }) => void;

const isDeno = "Deno" in globalThis;

/** Whether code that the inspector runs may post to it. Deno would crash. */
export const ANSWERS_WITHIN_ANSWERS = !isDeno;

/** Whether the Debugger domain may stay on while other domains are asked. Deno would leave questions unanswered. */
export const ANSWERS_WHILE_DEBUGGING = !isDeno;

/** @throws {Error} if the runtime has no inspector or does not allow it */
export function openSession(): Session {
  if ("Bun" in globalThis) throw new Error("Bun has no inspector that could tell");
  const { Session } = createRequire(import.meta.url)("node:inspector") as { Session: new () => Session };
  const session = new Session();
  session.connect();
  return isDeno ? new PromptSession(session) : session;
}

/**
 * Deno has an answer at once, too, but keeps it until the next tick: the tick that `post` asks for is brought forward. No
 * code of the user's runs meanwhile.
 */
class PromptSession implements Session {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  connect(): void {
    this.#session.connect();
  }

  post(...message: Parameters<Session["post"]>): void {
    const ticks: (() => void)[] = [];
    const { nextTick } = process;
    process.nextTick = (tick: () => void) => void ticks.push(tick);
    try {
      this.#session.post(...message);
    } finally {
      process.nextTick = nextTick;
    }
    for (const tick of ticks) tick();
  }

  on(event: string, listener: Listener): void {
    this.#session.on(event, listener);
  }

  off(event: string, listener: Listener): void {
    this.#session.off(event, listener);
  }
}

/** How the inspector speaks of a value. */
export interface RemoteValue {
  readonly objectId?: string;
  readonly value?: unknown;
  readonly type?: string;
  readonly unserializableValue?: string;
}

/** How it speaks of the properties of an object. */
export interface PropertyList {
  readonly result?: readonly { readonly name: string; readonly symbol?: RemoteValue }[];
  readonly internalProperties?: readonly { readonly name: string; readonly value?: RemoteValue }[];
  readonly privateProperties?: readonly { readonly name: string; readonly value?: RemoteValue }[];
}

/** @returns the primitive value that it stands for */
export function primitiveOf(remote: RemoteValue | undefined): unknown {
  const text = remote?.unserializableValue;
  if (text === undefined) return remote?.value;
  return remote?.type === "bigint" ? BigInt(text.slice(0, -1)) : Number(text);
}

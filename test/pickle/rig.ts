/** Sends functions to a real worker thread and to a real forked process, and brings back what they return or throw. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type Destination, PROCESS, pack, THREAD, unpack } from "#heddle/pickle/pickle.js";

const ENTRY = new URL("./rig-worker.js", import.meta.url);

/** The kinds of workers. */
export type Kind = "thread" | "process";

export const DESTINATIONS: Readonly<Record<Kind, Destination>> = { thread: THREAD, process: PROCESS };

/** A message to the worker, and from it. */
export interface RigCall {
  readonly fn: unknown;
  readonly args: readonly unknown[];
}
export type RigReply = { readonly value: unknown } | { readonly error: unknown };

interface Channel {
  post(body: unknown, transfer: readonly unknown[]): void;
  reply(): Promise<unknown>;
  end(): Promise<unknown>;
}

/** One worker that runs what it is sent, one call at a time. */
export class Away implements AsyncDisposable {
  readonly to: Kind;
  readonly #channel: Channel;

  constructor(to: Kind, options: { execArgv?: string[] } = {}) {
    this.to = to;
    this.#channel = to === "thread" ? threadChannel(options) : processChannel(options);
  }

  /** Runs `fn` away and returns, or throws, what it did there. */
  async call<R>(
    fn: (...args: never[]) => R,
    args: readonly unknown[] = [],
    transfer: readonly never[] = [],
  ): Promise<Awaited<R>> {
    const { body, transfer: moved } = pack({ fn, args } satisfies RigCall, {
      to: DESTINATIONS[this.to],
      name: "call",
      transfer,
    });
    this.#channel.post(body, moved);
    const reply = await this.#channel.reply();
    const result = unpack<RigReply>(reply);
    if ("error" in result) throw result.error;
    return result.value as Awaited<R>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#channel.end();
  }
}

function threadChannel({ execArgv }: { execArgv?: string[] }): Channel {
  const worker = new Worker(ENTRY, execArgv ? { execArgv } : {});
  return {
    post: (body, transfer) => worker.postMessage(body, transfer as never),
    reply: async () => (await once(worker, "message"))[0],
    end: () => worker.terminate(),
  };
}

function processChannel({ execArgv }: { execArgv?: string[] }): Channel {
  const child: ChildProcess = fork(fileURLToPath(ENTRY), {
    serialization: "advanced",
    ...(execArgv ? { execArgv } : {}),
  });
  return {
    post: (body) => void child.send(body as never),
    reply: async () => (await once(child, "message"))[0],
    end: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.kill();
      }),
  };
}

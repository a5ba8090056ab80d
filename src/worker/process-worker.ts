/**
 * Workers that are processes of their own.
 *
 * They die with their parent: the channel closes and the boot file exits, or orphan-watch.ts ends a process that is too
 * busy to hear it. Daemons are killed when the parent exits.
 */
import { type ChildProcess, fork, type Serializable } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { checkDescriptors } from "../platform/free-descriptors.js";
import { workerFlags } from "./flags.js";
import type { WorkerFactory, WorkerHandle, WorkerSpec } from "./worker.js";

/** The file that a process starts with. */
const BOOT = fileURLToPath(new URL("./process-boot.cjs", import.meta.url));

/** The first message to a new process. */
export interface ProcessBirth {
  readonly entry: string;
  readonly name: string;
  readonly data: unknown;
  /** Id of the process that started it. */
  readonly parent: number;
}

export class ProcessWorker implements WorkerHandle {
  readonly name: string;
  readonly #spec: WorkerSpec;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #error: unknown;
  #exitcode: number | null = null;

  constructor(spec: WorkerSpec) {
    this.#spec = spec;
    this.name = spec.name;
    checkDescriptors(`process "${spec.name}"`);
    this.#child = fork(BOOT, [], {
      serialization: "advanced",
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      ...workerFlags(),
    });
    this.#gone = this.#listen();
    const { entry, name, data } = spec;
    const birth: ProcessBirth = { entry, name, data, parent: process.pid };
    try {
      this.post(birth);
    } catch (error) {
      this.kill("SIGKILL");
      throw error;
    }
    if (spec.daemon) this.unref();
  }

  /** Undefined if the system could not start it. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  post(message: unknown): void {
    // A message that no longer reaches the process needs no error of its own: its exit is reported.
    if (this.#child.connected) this.#child.send(message as Serializable, () => {});
  }

  ref(): void {
    this.#child.ref();
    this.#child.channel?.ref?.();
  }

  unref(): void {
    this.#child.unref();
    this.#child.channel?.unref?.();
  }

  /** Sends a signal. @returns false if the process is gone */
  kill(signal: NodeJS.Signals): boolean {
    // One that the system could not start has the id 0 inside Node: the signal would go to this very program.
    return this.pid !== undefined && this.#child.kill(signal);
  }

  async terminate(): Promise<void> {
    this.kill("SIGKILL");
    await this.#gone;
  }

  /** The end is reported when the process has exited *and* its last message has been read. */
  async #listen(): Promise<void> {
    const child = this.#child;
    child.on("message", this.#spec.onMessage);
    const disconnected = new Promise<void>((resolve) => child.once("disconnect", resolve));
    const exited = new Promise<void>((resolve) => {
      child.once("exit", (code, signal) => {
        this.#exitcode = signal === null ? code : -constants.signals[signal];
        resolve();
      });
      child.once("error", (error) => {
        this.#error = error;
        if (child.pid === undefined) resolve();
      });
    });
    living.add(this);
    await Promise.all(child.connected ? [exited, disconnected] : [exited]);
    living.delete(this);
    const exitcode = this.#exitcode;
    this.#spec.onExit(this.#error === undefined ? { exitcode } : { exitcode, error: this.#error });
  }

  get daemon(): boolean {
    return this.#spec.daemon;
  }
}

const living = new Set<ProcessWorker>();
process.on("exit", () => {
  for (const worker of living) if (worker.daemon) worker.kill("SIGKILL");
});

/** Starts processes. */
export const processWorkers: WorkerFactory = {
  destination: "process",
  start: (spec) => new ProcessWorker(spec),
};

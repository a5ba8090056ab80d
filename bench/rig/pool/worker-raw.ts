/** The worker of the floor: one message, one answer. */
import { parentPort } from "node:worker_threads";
import type { TaskName } from "./tasks.js";
import * as tasks from "./tasks.js";

interface Message {
  readonly id: number;
  readonly name: TaskName;
  readonly value: unknown;
}

type Task = (value: unknown) => unknown;
const all = { ...tasks } as unknown as Record<TaskName, Task>;
const answer = (message: object): void => (parentPort ? parentPort.postMessage(message) : void process.send?.(message));

function work({ id, name, value }: Message): void {
  const result = all[name](value);
  if (result instanceof Promise) void result.then((awaited: unknown) => answer({ id, result: awaited }));
  else answer({ id, result });
}

if (parentPort) parentPort.on("message", work);
else process.on("message", work);

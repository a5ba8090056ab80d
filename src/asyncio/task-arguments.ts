/** Checks of what is given to whoever starts tasks. */
import { checkFunction, checkOptions, describe, wrongType } from "../platform/errors/arguments.js";
import { typeError } from "../platform/errors/errors.js";
import type { TaskOptions } from "./task.js";

const GeneratorFunction = Object.getPrototypeOf(function* () {}).constructor;
const AsyncGeneratorFunction = Object.getPrototypeOf(async function* () {}).constructor;

/** @throws {TypeError} if `body` is not a function that a task can run, naming `caller` and what to write instead */
export function checkTaskBody(caller: string, body: unknown): void {
  if (typeof body !== "function") {
    throw typeError(`${caller} takes a function: ${caller}(() => work()), got ${describe(body)}`);
  }
  if (body instanceof GeneratorFunction || body instanceof AsyncGeneratorFunction) {
    throw typeError(`${caller} takes a function that works when called; the body of ${describe(body)} would not run`);
  }
}

/** @throws {TypeError} if `options` are not TaskOptions */
export function checkTaskOptions(caller: string, options: TaskOptions | undefined): void {
  if (options === undefined) return;
  checkOptions(caller, options, ["name", "eager", "context"]);
  const { name, eager, context } = options;
  if (name !== undefined && typeof name !== "string") throw wrongType(`${caller}: name`, "a string", name);
  if (eager !== undefined && typeof eager !== "boolean") throw wrongType(`${caller}: eager`, "a boolean", eager);
  if (context !== undefined) checkFunction(`${caller}: context`, context);
}

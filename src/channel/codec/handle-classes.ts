/**
 * Classes whose objects live in shared memory and travel as one number (pickle/registry.ts): in a value they are the
 * number of their class in the process' names, and their own.
 */
import { type AnyClass, registrationNamed, registrationOf } from "../../pickle/registry.js";
import { loadExport } from "../../pickle/source/modules.js";
import { namesOfProcess } from "./process-names.js";

const numbers = new Map<object, number | undefined>();
const revivers: ((handle: number) => unknown)[] = [];

/** @returns the number of the class with that prototype; undefined if its objects do not travel in this way */
export function handleClass(prototype: object): number | undefined {
  if (!numbers.has(prototype)) numbers.set(prototype, find(prototype));
  return numbers.get(prototype);
}

/** @returns this thread's object */
export function revive(number: number, handle: number): unknown {
  revivers[number] ??= reviverOf(number);
  return revivers[number](handle);
}

function find(prototype: object): number | undefined {
  const own = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as AnyClass | undefined;
  const registration = own?.prototype === prototype ? registrationOf(own) : undefined;
  // Subclasses of users are found by other means: they may be defined anywhere.
  if (registration?.threadsOnly !== true) return undefined;
  return namesOfProcess().numberOf([registration.url, registration.name]);
}

function reviverOf(number: number): (handle: number) => unknown {
  const [url, name] = namesOfProcess().list(number) as [string, string];
  const registration = registrationNamed(url, name);
  const itsClass = loadExport(url, name) as AnyClass;
  return (handle) => registration.revive(handle, itsClass);
}

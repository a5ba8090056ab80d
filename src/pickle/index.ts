/** heddle/pickle: values and functions as bytes, and how they travel. */
export { HeddleError } from "../platform/errors/errors.js";
export { dumps, loads, loadsAsync } from "./bytes.js";
export { PickleError } from "./errors.js";
export { type LostMutationLevel, setLostMutationLevel } from "./function/lost-mutation.js";
export { type ClassOf, type PickleHooks, register } from "./hooks.js";
export { pickleByReference, pickleByValue } from "./source/by-value.js";
export type { Travels } from "./travels.js";

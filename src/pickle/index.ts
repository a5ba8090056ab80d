/** heddle/pickle: values and functions as bytes, and how they travel. */
export { HeddleError } from "../platform/errors/errors.js";
export { dumps, loads, loadsAsync } from "./bytes.js";
export { type LostMutationLevel, setLostMutationLevel } from "./encode/function/lost-mutation.js";
export { PickleError } from "./errors.js";
export { type ClassOf, type PickleHooks, register } from "./hooks.js";
export { pickleByReference, pickleByValue } from "./modules/by-value.js";
export type { Travels } from "./travels.js";

export { dumps, loads, loadsAsync } from "./bytes.js";
export { PickleError } from "./errors.js";
export { type AnyClass, type Registration, register } from "./registry.js";
export { pickleByReference, pickleByValue } from "./source/entry.js";

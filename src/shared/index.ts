/** heddle/shared: data that threads really share. */
export type { Kind, KindValue } from "../memory/cell.js";
export { type ArrayOf, SharedArray } from "./shared-array.js";
export { Value } from "./value.js";

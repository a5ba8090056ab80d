/** heddle/shared: data that threads really share. */
export type { Kind, KindValue } from "../memory/cell.js";
export { HeapFullError } from "../platform/errors/errors.js";
export { receive, type SharedMessage, share } from "./bridge.js";
export type { DictKey } from "./dict-key.js";
export { type ArrayOf, SharedArray } from "./shared-array.js";
export { SharedDict } from "./shared-dict.js";
export { SharedList } from "./shared-list.js";
export {
  type AnyStructClass,
  type Fields,
  type FieldsOf,
  type FieldType,
  type FieldValue,
  type InitialValue,
  Struct,
  type StructClass,
  type StructItems,
  struct,
} from "./struct.js";
export { Value } from "./value.js";

/** Arrays that are not plain. They cost as much as they have items: one with few far apart may be of any length. */
import { mayHaveExtraProperties, SHORT } from "../builtins/extra-properties.js";
import { namedKeys } from "../builtins/named-keys.js";
import type { PacketNode, PropertyRow } from "../packet.js";
import { GAP, hasGap } from "./clone-view.js";
import type { Encoding } from "./encoding.js";
import type { Path } from "./path.js";
import { encodeProperties, encodeProperty, ORDINARY, protoOf } from "./properties.js";

/** @returns the node of an array */
export function encodeArray(encoding: Encoding, array: readonly unknown[], path: Path): PacketNode {
  const proto = protoOf(encoding, array, Array.prototype, path);
  if (Object.isExtensible(array) && !hasExtraProperties(array)) {
    return { t: "array", ...encodeItems(encoding, array, path), ...proto };
  }
  const items: unknown[] = [];
  const { values, ...rest } = encodeProperties(encoding, array, path, (key) => key === "length");
  for (const [key, value] of Object.entries(values ?? {})) items[key as unknown as number] = value;
  setLength(items, array.length);
  return { t: "array", items, ...proto, ...rest };
}

function hasExtraProperties(array: readonly unknown[]): boolean {
  if (!mayHaveExtraProperties(array)) return false;
  // A short array is listed whole, hidden items too: what may be there is there.
  return array.length <= SHORT || namedKeys(array).length > 1;
}

/** Without the list of all keys, which is as long as the array. */
function encodeItems(
  encoding: Encoding,
  array: readonly unknown[],
  path: Path,
): { items: unknown[]; rows?: PropertyRow[] } {
  const items: unknown[] = [];
  const rows: PropertyRow[] = [];
  for (const i of indices(array)) {
    const row = encodeProperty(
      encoding,
      String(i),
      Object.getOwnPropertyDescriptor(array, i) as PropertyDescriptor,
      path,
    );
    if (row[1] === ORDINARY && typeof row[2] === "object") items[i] = row[2][0];
    else rows.push(row);
  }
  setLength(items, array.length);
  return rows.length > 0 ? { items, rows } : { items };
}

/** The indices of the items, without those of holes. */
function* indices(array: readonly unknown[]): Generator<number> {
  if (hasGap(array)) {
    // The last key is `length`.
    for (const key of Object.getOwnPropertyNames(array).slice(0, -1)) yield Number(key);
  } else for (let i = 0; i < array.length; i++) if (Object.hasOwn(array, i)) yield i;
}

/** Setting a length far beyond the items would reserve memory for all of it; with an item at its end the engine does not. */
function setLength(items: unknown[], length: number): void {
  if (items.length + GAP < length) {
    items[length - 1] = undefined;
    delete items[length - 1];
  }
  items.length = length;
}

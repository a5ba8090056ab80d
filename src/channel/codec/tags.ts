/** What the first byte of a packed value says, and what follows it. Integers are little-endian. */
export const Tag = {
  NULL: 0,
  UNDEFINED: 1,
  TRUE: 2,
  FALSE: 3,
  /** int32. */
  INTEGER: 4,
  /** float64. */
  DOUBLE: 5,
  /** Length in one byte, then latin1. */
  SHORT: 6,
  /** Length, then latin1. */
  LATIN1: 7,
  /** Length in bytes, then UTF-16. */
  UTF16: 8,
  /** Length, then values. */
  ARRAY: 9,
  /** Number of the list of its keys in `names`, then values. */
  OBJECT: 10,
  /** Count, then pairs of a key and a value: for keys that `names` has no room for. */
  KEYED: 11,
  /** float64. */
  DATE: 12,
  /** Size, then pairs of values. */
  MAP: 13,
  /** Size, then values. */
  SET: 14,
  /** Two values: hexadecimal digits, and whether it is negative. */
  BIGINT: 15,
  /** Its class in one byte, length in bytes, then the bytes. */
  VIEW: 16,
  /** Two values: source and flags. */
  REGEXP: 17,
  /** Number of its class in `names`, then what `reduce` gave, an int32. */
  HANDLE: 18,
} as const;

/** How a value stands in the heap. Storages keep the kind in 7 bits. */
export const Kind = {
  /** The integer says it all; there are no bytes. */
  INTEGER: 1,
  /** The bytes are a plain Uint8Array's. */
  BYTES: 2,
  /** Tagged values, see Tag. */
  PACKED: 3,
  /** What `pack` made of it, serialised by V8. */
  PICKLED: 4,
  /** The bytes are a ticket for what `pack` made of it: it holds shared memory, which no bytes can stand for. */
  DEPOSITED: 5,
} as const;

/** How the inspector speaks of a value. */
export interface RemoteValue {
  readonly objectId?: string;
  readonly value?: unknown;
  readonly type?: string;
  readonly unserializableValue?: string;
}

/** @returns the primitive value that it stands for */
export function primitiveOf(remote: RemoteValue | undefined): unknown {
  const text = remote?.unserializableValue;
  if (text === undefined) return remote?.value;
  return remote?.type === "bigint" ? BigInt(text.slice(0, -1)) : Number(text);
}

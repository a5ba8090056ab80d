/** The classes of binary data that values may contain, numbered. */

type View = ArrayBufferView<ArrayBuffer>;
type MakeView = (buffer: ArrayBuffer, bytes: number) => View | ArrayBuffer;

/** The place in the list is the number; the order must not change while processes of different versions may meet. */
const CLASSES: readonly (readonly [prototype: object, make: MakeView])[] = [
  [Uint8Array.prototype, (buffer) => new Uint8Array(buffer)],
  [Int8Array.prototype, (buffer) => new Int8Array(buffer)],
  [Uint8ClampedArray.prototype, (buffer) => new Uint8ClampedArray(buffer)],
  [Int16Array.prototype, (buffer) => new Int16Array(buffer)],
  [Uint16Array.prototype, (buffer) => new Uint16Array(buffer)],
  [Int32Array.prototype, (buffer) => new Int32Array(buffer)],
  [Uint32Array.prototype, (buffer) => new Uint32Array(buffer)],
  [Float32Array.prototype, (buffer) => new Float32Array(buffer)],
  [Float64Array.prototype, (buffer) => new Float64Array(buffer)],
  [BigInt64Array.prototype, (buffer) => new BigInt64Array(buffer)],
  [BigUint64Array.prototype, (buffer) => new BigUint64Array(buffer)],
  [DataView.prototype, (buffer) => new DataView(buffer)],
  [Buffer.prototype, (buffer, bytes) => Buffer.from(buffer, 0, bytes)],
  [ArrayBuffer.prototype, (buffer) => buffer],
];

const numbers = new Map<object, number>(CLASSES.map(([prototype], number) => [prototype, number]));

/** @returns the number of the class, or undefined if it is none of binary data */
export function viewClass(prototype: object): number | undefined {
  return numbers.get(prototype);
}

/** @returns the memory that the data covers; undefined if it is shared with other threads, or is no such object */
export function bytesOf(data: object): Uint8Array | undefined {
  if (ArrayBuffer.isView(data)) {
    const { buffer, byteOffset, byteLength } = data;
    return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : undefined;
  }
  return data instanceof ArrayBuffer ? new Uint8Array(data) : undefined;
}

/** @returns data of that class over a buffer of its own */
export function makeView(number: number, buffer: ArrayBuffer): View | ArrayBuffer {
  return CLASSES[number]![1](buffer, buffer.byteLength);
}

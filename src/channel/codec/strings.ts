/** The text methods of Buffer that take offsets. Node has them on every Buffer; its types do not list them. */
interface TextBuffer {
  latin1Write(text: string, at: number, length: number): number;
  latin1Slice(from: number, to: number): string;
  ucs2Write(text: string, at: number, bytes: number): number;
  ucs2Slice(from: number, to: number): string;
}

/** @returns the buffer, with its methods for text */
export function asText(buffer: Buffer): TextBuffer {
  return buffer as unknown as TextBuffer;
}

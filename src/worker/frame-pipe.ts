/**
 * Messages over a pipe that carries nothing else.
 *
 *   frame = mark, length of the body (32 bits each), body: a value as `node:v8` writes it
 *
 * Invariant: messages are told in the order they were posted, and the end after the last of them.
 */
import type { Socket } from "node:net";
import { DefaultDeserializer, DefaultSerializer } from "node:v8";
import { RuntimeError } from "../platform/errors/errors.js";

/** One end of the way between a process and its starter, by whatever it goes (process-line.ts). */
export interface ProcessLine {
  /** Does nothing once the other end is gone. @throws if the message cannot be cloned */
  post(message: unknown): void;
  /** Resolves when everything posted so far has been taken by the system, so that this process may exit. */
  flush(): Promise<void>;
  ref(): void;
  unref(): void;
}

/** What an end hears. */
export interface LineEvents {
  readonly onMessage: (message: unknown) => void;
  /** Nothing will come any more. @param error set if the line broke by what came over it */
  readonly onEnd: (error?: Error) => void;
}

/** What every frame begins with: bytes that somebody else wrote are seen to be foreign. */
const MARK = 0x4c444548;
const HEADER = 8;

/** Taken when the module is loaded: a program under test may replace it. */
const { nextTick } = process;

/** One end of the pipe. */
export class FramePipe implements ProcessLine {
  readonly #socket: Socket;
  readonly #events: LineEvents;
  /** What has come and is no whole frame yet. */
  #parts: Buffer[] = [];
  #held = 0;
  /** Bytes that are needed before there is anything to do. */
  #needed = HEADER;
  #unsent = 0;
  #onFlushed: (() => void) | undefined;
  #error: Error | undefined;

  constructor(socket: Socket, events: LineEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
    // An end that is gone breaks the pipe; what the reader has to know is told by the close.
    socket.on("error", () => {});
    socket.on("close", () => events.onEnd(this.#error));
  }

  post(message: unknown): void {
    const frame = toFrame(message);
    if (!this.#socket.writable) return;
    this.#unsent++;
    this.#socket.write(frame, () => {
      if (--this.#unsent === 0) this.#onFlushed?.();
    });
  }

  async flush(): Promise<void> {
    // While a process exits nothing is called back any more; what the system has room for it has taken.
    while (this.#unsent > 0 && (process as { _exiting?: boolean })._exiting !== true) {
      await new Promise<void>((resolve) => {
        this.#onFlushed = resolve;
      });
    }
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  #take(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#held += bytes.length;
    if (this.#held < this.#needed) return;
    const rest = this.#read(this.#parts.length === 1 ? bytes : Buffer.concat(this.#parts));
    this.#parts = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
  }

  /** Tells the whole frames. @returns what is left */
  #read(bytes: Buffer): Buffer {
    let at = 0;
    this.#needed = HEADER;
    while (bytes.length - at >= HEADER) {
      if (bytes.readUInt32LE(at) !== MARK) return this.#refuse();
      this.#needed = HEADER + bytes.readUInt32LE(at + 4);
      if (bytes.length - at < this.#needed) break;
      const body = bytes.subarray(at + HEADER, at + this.#needed);
      let message: unknown;
      try {
        message = fromBody(body);
      } catch {
        return this.#refuse();
      }
      // One at a time, so that an error in a listener does not keep the next ones from it.
      nextTick(this.#events.onMessage, message);
      at += this.#needed;
      this.#needed = HEADER;
    }
    return at === 0 ? bytes : bytes.subarray(at);
  }

  /** Nothing after this can be understood. */
  #refuse(): Buffer {
    this.#error = new RuntimeError("Something else than heddle has written to the pipe between heddle's processes");
    this.#socket.destroy();
    return Buffer.alloc(0);
  }
}

/** @throws what `node:v8` throws if the message cannot be cloned */
function toFrame(message: unknown): Buffer {
  const serializer = new DefaultSerializer();
  serializer.writeRawBytes(new Uint8Array(HEADER)); // written when the length is known
  serializer.writeHeader();
  serializer.writeValue(message);
  const frame = serializer.releaseBuffer();
  frame.writeUInt32LE(MARK, 0);
  frame.writeUInt32LE(frame.length - HEADER, 4);
  return frame;
}

function fromBody(body: Buffer): unknown {
  const deserializer = new DefaultDeserializer(body);
  deserializer.readHeader();
  return deserializer.readValue();
}

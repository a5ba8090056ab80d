/**
 * How a process and its starter reach each other: by a pipe that is theirs alone. The channel of `process.send` and
 * `process.on("message")` is the program's: what it says there, or that it closes it, does not touch the library.
 *
 * A third pipe, `LIFE`, carries nothing: it ends when whoever started the process is gone (orphan-watch.ts).
 */
import type { ChildProcess, Serializable, StdioOptions } from "node:child_process";
import { Socket } from "node:net";
import { FramePipe, type LineEvents, type ProcessLine } from "./frame-pipe.js";
import { withPlainErrors } from "./plain-errors.js";

/** The first thing that a process says: a signal of the terminal no longer ends it. */
export const UP = null;

/** Bun does not let a process open the pipes that it was started with: there the messages share the program's channel. */
const HAS_PIPES = !("Bun" in globalThis);

/** Descriptors in the started process. */
const MESSAGES = 4;
export const LIFE = HAS_PIPES ? 5 : undefined;

/** What a process is started with. As in Python its input is nobody's: what main reads would be lost to it. */
export const STDIO: StdioOptions = [
  "ignore",
  "inherit",
  "inherit",
  "ipc",
  ...(HAS_PIPES ? ["pipe" as const, "pipe" as const] : []),
];

/** @param foreign hears what the program in the process sends by `process.send` */
export function lineToChild(child: ChildProcess, events: LineEvents, foreign: (message: unknown) => void): ProcessLine {
  if (!HAS_PIPES) return sharedLine(child, events, foreign);
  child.on("message", foreign);
  child.channel?.unref?.();
  // Without descriptors left the system has started nothing, and made no pipes.
  const [, , , , messages, life] = (child.stdio ?? []) as unknown as (Socket | undefined)[];
  if (life !== undefined)
    withPlainErrors(life)
      .on("error", () => {})
      .unref();
  return new FramePipe(withPlainErrors(messages ?? new Socket().destroy()), events);
}

export function lineToStarter(events: LineEvents): ProcessLine {
  if (!HAS_PIPES) return sharedLine(process as unknown as Sender, events, () => {});
  return new FramePipe(withPlainErrors(new Socket({ fd: MESSAGES, readable: true, writable: true })), events);
}

/** The channel that Node makes, seen from either end. */
type Sender = Pick<ChildProcess, "send" | "on" | "once" | "channel">;

const MARK = "heddle.message";

/** A line over the program's own channel; a mark tells the messages apart. */
function sharedLine(
  channel: Sender,
  { onMessage, onEnd }: LineEvents,
  foreign: (message: unknown) => void,
): ProcessLine {
  let sent: Promise<void> = Promise.resolve();
  channel.on("message", (message: unknown) => {
    if (typeof message === "object" && message !== null && MARK in message) onMessage(message[MARK]);
    else foreign(message);
  });
  channel.once("disconnect", () => onEnd());
  return {
    post(message) {
      sent = new Promise((resolve) => channel.send({ [MARK]: message } as unknown as Serializable, () => resolve()));
    },
    flush: () => sent,
    ref: () => channel.channel?.ref?.(),
    unref: () => channel.channel?.unref?.(),
  };
}

/** Node's own objects that can travel although their state is hidden: each in its own way. */
import * as util from "node:util";
import { display } from "../../platform/display.js";
import type { PacketNode } from "../packet.js";
import type { AnyClass } from "../registry.js";
import type { Encoding } from "./encoding.js";
import { withStack } from "./error-stack.js";
import { Hop, type Path } from "./path.js";
import { encodeProperties } from "./properties.js";

/** Node has it; other runtimes do not. */
const { transferableAbortSignal: connectable } = util as {
  readonly transferableAbortSignal?: typeof util.transferableAbortSignal;
};

/** @returns the node of a host object, or undefined if it is none of them */
export function encodeHostObject(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  if (object instanceof URL) {
    checkExact(encoding, object, URL, path);
    return made("URL", [[object.href]]);
  }
  if (object instanceof URLSearchParams) {
    checkExact(encoding, object, URLSearchParams, path);
    return made("URLSearchParams", [[String(object)]]);
  }
  if (object instanceof DOMException) return encodeException(encoding, object, path);
  if (object instanceof AbortSignal) return encodeSignal(encoding, object, path);
  if (object instanceof AbortController) throw encoding.refusal(path, "it is an AbortController. Send its signal");
  if (object instanceof MessagePort) {
    throw encoding.refusal(path, "it is a MessagePort, which has one owner. List it in 'transfer' to hand it over");
  }
  if (!isCloneable(object)) return undefined;
  if (object instanceof Blob) checkExact(encoding, object, Blob, path);
  if (encoding.to === "thread") return { t: "native", value: object };
  throw encoding.refusal(
    path,
    `a ${object.constructor.name} reaches threads only, not other processes. Send its bytes`,
  );
}

function encodeException(encoding: Encoding, exception: DOMException, path: Path): PacketNode {
  if (Object.getPrototypeOf(exception) !== DOMException.prototype) {
    const name = display((exception as { constructor?: { name?: unknown } }).constructor?.name);
    throw encoding.refusal(path, `it is a ${name}, of which only the DOMException in it could be copied. ${REGISTER}`);
  }
  const { name, message } = exception;
  const own = encodeProperties(encoding, exception, path, (key) => key === "stack");
  return { t: "exception", name, message, ...withStack(encoding, exception, path, own) };
}

const REGISTER = "Send what it is made from, or register its class with reduce and revive";

/** A copy would lose what a subclass, or the user, has added. @throws {PickleError} if that is so */
function checkExact(encoding: Encoding, object: object, cls: AnyClass, path: Path): void {
  if (Object.getPrototypeOf(object) !== cls.prototype) {
    const name = display((object as { constructor?: { name?: unknown } }).constructor?.name);
    throw encoding.refusal(path, `it is a ${name}, of which only the ${cls.name} in it could be copied. ${REGISTER}`);
  }
  const added = Object.keys(object);
  if (added.length > 0) {
    throw encoding.refusal(path, `it is a ${cls.name} with properties of its own: ${added.join(", ")}. ${REGISTER}`);
  }
}

/** Structured clone between threads carries these whole. */
function isCloneable(object: object): boolean {
  return object instanceof Blob || util.types.isKeyObject(object) || util.types.isCryptoKey(object);
}

function made(by: "URL" | "URLSearchParams" | "AbortSignal.abort", args: readonly (readonly [unknown])[]): PacketNode {
  return { t: "made", by, args };
}

/** A signal that is not aborted yet stays connected with its copies in other threads. */
function encodeSignal(encoding: Encoding, signal: AbortSignal, path: Path): PacketNode {
  if (signal.aborted) {
    return { t: "made", by: "AbortSignal.abort", args: [encoding.entry(signal.reason, path, new Hop(".reason"))] };
  }
  if (encoding.to === "process")
    throw encoding.refusal(path, "an AbortSignal reaches threads only, not other processes");
  if (connectable === undefined) throw encoding.refusal(path, "this runtime connects no AbortSignal across threads");
  const connected = connectable(signal);
  encoding.transfer(connected);
  return { t: "native", value: connected };
}

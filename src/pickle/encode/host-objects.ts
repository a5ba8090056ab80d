/** Node's own objects that can travel although their state is hidden: each in its own way. */
import * as util from "node:util";
import { isArgumentsObject } from "node:util/types";
import { classNameOf, nameOf, withArticle } from "../../platform/words/name-of.js";
import { host } from "../builtins/internal-state.js";
import type { PacketNode, Properties } from "../packet.js";
import type { AnyClass } from "../registry.js";
import type { Encoding } from "./encoding.js";
import { withStack } from "./error-stack.js";
import { Hop, type Path } from "./path.js";
import { encodeProperties, integrityOf } from "./properties.js";
import { madeOf } from "./stateless.js";

/** Node has it; other runtimes do not. */
const { transferableAbortSignal: connectable } = util as {
  readonly transferableAbortSignal?: typeof util.transferableAbortSignal;
};

/** @returns the node of a host object, or undefined if it is none of them */
export function encodeHostObject(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  if (isArgumentsObject(object)) return encodeArguments(encoding, object, path);
  if (object instanceof URL) return encodeMade(encoding, object, URL, host.href, path);
  if (object instanceof URLSearchParams) return encodeMade(encoding, object, URLSearchParams, host.query, path);
  if (object instanceof DOMException) return encodeException(encoding, object, path);
  if (object instanceof AbortSignal) return encodeSignal(encoding, object, path);
  if (object instanceof AbortController) throw encoding.refusal(path, "it is an AbortController. Send its signal");
  if (object instanceof MessagePort) {
    throw encoding.refusal(path, "it is a MessagePort, which has one owner. List it in 'transfer' to hand it over");
  }
  if (!isCloneable(object)) return encodeAgain(encoding, object, path) ?? encodeWebObject(encoding, object, path);
  if (object instanceof Blob) checkClass(encoding, object, Blob, path);
  refuseProperties(encoding, object, path);
  if (encoding.to.clones) return { t: "native", value: object, ...fixed(object) };
  throw encoding.refusal(
    path,
    `${withArticle(classNameOf(object))} reaches threads only, not other processes. Send its bytes`,
  );
}

/** Closures and chains of calls keep them; the function that was called stays here. */
function encodeArguments(encoding: Encoding, object: object, path: Path): PacketNode {
  return {
    t: "made",
    by: "arguments",
    args: [],
    ...encodeProperties(encoding, object, path, (key) => key === "callee"),
  };
}

function encodeAgain(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  const made = madeOf(object);
  if (made === undefined) return undefined;
  const { name, args, hasItself } = made;
  return {
    t: "made",
    by: `new ${name}`,
    args: args.map((each) => [each]),
    ...encodeProperties(encoding, object, path, hasItself),
  };
}

/** What stands for objects that cannot be copied, as nobody can see their state or it belongs to this thread. */
const WEB: Readonly<Record<string, string>> = {
  Request: "Send its url, method, headers and await request.arrayBuffer(), and make it anew",
  Response: "Send await response.text() or response.arrayBuffer(), with its status and [...response.headers]",
  ReadableStream: "List it in 'transfer', or read it here and send the chunks",
  WritableStream: "List it in 'transfer', or write here what the function returns",
  TransformStream: "List it in 'transfer', or make it in the worker",
  WebSocket: "Open it in the worker, and send the address",
};

/** Node loads the classes of `fetch` when they are first named: one that has an object is loaded. */
function encodeWebObject(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  const name = classNameOf(object);
  if (!(name in WEB) && name !== "Headers" && name !== "FormData") return undefined;
  const cls = (globalThis as Record<string, unknown>)[name];
  if (typeof cls !== "function" || !(object instanceof cls)) return undefined;
  if (name in WEB) throw encoding.refusal(path, `it is ${withArticle(name)}, which stays here. ${WEB[name]}`);
  checkClass(encoding, object, cls as AnyClass, path);
  refuseProperties(encoding, object, path);
  const items = Array.from(object as Headers | FormData);
  if (items.some(([, item]) => typeof item !== "string"))
    throw encoding.refusal(
      path,
      "it is a FormData with files. Send [...form] without them, and the bytes of the files",
    );
  return { t: "made", by: name as "Headers" | "FormData", args: [[items]], ...fixed(object) };
}

function encodeException(encoding: Encoding, exception: DOMException, path: Path): PacketNode {
  if (Object.getPrototypeOf(exception) !== DOMException.prototype) {
    const name = withArticle(classNameOf(exception));
    throw encoding.refusal(path, `it is ${name}, of which only the DOMException in it could be copied. ${REGISTER}`);
  }
  const name = ask(encoding, exception, "a DOMException", host.exceptionName, path);
  const message = host.exceptionMessage(exception);
  const own = encodeProperties(encoding, exception, path, (key) => key === "stack");
  return { t: "exception", name, message, ...withStack(encoding, exception, path, own) };
}

const REGISTER = "Send what it is made from, or register its class with reduce and revive";

/** One that is made anew from a text. */
function encodeMade(
  encoding: Encoding,
  object: object,
  cls: typeof URL | typeof URLSearchParams,
  text: (object: object) => string,
  path: Path,
): PacketNode {
  checkClass(encoding, object, cls, path);
  return {
    ...{ t: "made", by: cls.name as "URL" | "URLSearchParams" },
    args: [[ask(encoding, object, `a ${cls.name}`, text, path)]],
    ...encodeProperties(encoding, object, path),
  };
}

/** @returns what one of Node's objects says of itself @throws {PickleError} if it is none, and only inherits from one */
function ask<T>(encoding: Encoding, object: object, what: string, getter: (object: object) => T, path: Path): T {
  try {
    return getter(object);
  } catch (cause) {
    throw encoding.refusal(path, `it inherits from ${what}, but no constructor made it. ${REGISTER}`, { cause });
  }
}

/** A copy would lose what a subclass has added. @throws {PickleError} if it is of one */
function checkClass(encoding: Encoding, object: object, cls: AnyClass, path: Path): void {
  if (Object.getPrototypeOf(object) !== cls.prototype) {
    const name = withArticle(classNameOf(object));
    throw encoding.refusal(path, `it is ${name}, of which only the ${nameOf(cls)} in it could be copied. ${REGISTER}`);
  }
}

function fixed(object: object): Pick<Properties, "integrity"> {
  const integrity = integrityOf(object);
  return integrity === undefined ? {} : { integrity };
}

/** Node keeps its own under symbols. @throws {PickleError} if the user has added some, which would stay here */
function refuseProperties(encoding: Encoding, object: object, path: Path): void {
  const added = Object.getOwnPropertyNames(object);
  if (added.length === 0) return;
  const name = withArticle(classNameOf(object));
  throw encoding.refusal(path, `it is ${name} with properties of its own: ${added.join(", ")}. ${REGISTER}`);
}

/** Under which Node keeps how its own objects are cloned. */
const CLONE = Object.getOwnPropertySymbols(Blob.prototype).find((key) => key.description === "messaging_clone_symbol");

const { WebAssembly: assembly } = globalThis as unknown as { readonly WebAssembly?: { readonly Module: AnyClass } };

/** Structured clone between threads carries these whole. */
function isCloneable(object: object): boolean {
  if (object instanceof Blob || util.types.isKeyObject(object) || util.types.isCryptoKey(object)) return true;
  const proto = Object.getPrototypeOf(object) as object | null;
  if (proto === null) return false;
  return proto === assembly?.Module.prototype || (CLONE !== undefined && Object.hasOwn(proto, CLONE));
}

/** A signal that is not aborted yet stays connected with its copies in other threads. */
function encodeSignal(encoding: Encoding, signal: AbortSignal, path: Path): PacketNode {
  refuseProperties(encoding, signal, path);
  if (ask(encoding, signal, "an AbortSignal", host.isAborted, path)) {
    const reason = encoding.entry(host.reason(signal), path, new Hop(".reason"));
    return { t: "made", by: "AbortSignal.abort", args: [reason], ...fixed(signal) };
  }
  if (!encoding.to.transfers) throw encoding.refusal(path, "an AbortSignal reaches threads only, not other processes");
  if (connectable === undefined) throw encoding.refusal(path, "this runtime connects no AbortSignal across threads");
  const connected = connectable(signal);
  encoding.transfer(connected);
  return { t: "native", value: connected, ...fixed(signal) };
}

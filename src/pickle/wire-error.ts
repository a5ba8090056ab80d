/**
 * Errors on their way from a worker to the caller. They keep class, own properties, message and cause as far as
 * pickling can; their stack shows both ends: where it was thrown, then who sent the work there.
 */
import { HeddleError, nameError } from "../platform/errors/errors.js";
import type { CallSite } from "../platform/stacks/call-site.js";
import { replaceStack } from "../platform/stacks/callers-stack.js";
import { foreignFilesIn, mapForeignFrames } from "../platform/stacks/source-maps.js";
import { display, displayProperty, displayStack, isError } from "../platform/words/display.js";
import type { Destination } from "./destination.js";
import { staysHere } from "./encode/objects.js";
import { Trials } from "./encode/travel-trials.js";
import { PickleError } from "./errors.js";
import { settingsRemedy } from "./packages/settings.js";
import { pack, unpack } from "./pickle.js";

/** An error on its way: as a packed value and, in case that cannot be packed or unpacked, in words. */
export interface WireError {
  readonly packed?: { readonly body: unknown };
  readonly name: string;
  readonly message: string;
  /** Undefined if what was thrown is no error. */
  readonly stack: string | undefined;
  /** Why the error itself could not be sent. */
  readonly refused?: string;
  /** Files in the stack whose positions only the receiver may be able to map. */
  readonly foreign?: readonly string[];
}

/** Stands for an error that could not be pickled, or not be rebuilt where it arrived. */
export class RemoteError extends HeddleError {
  static {
    nameError(this, "RemoteError");
  }
  /** The `name` of the original. */
  readonly remoteName: string;

  constructor(message: string, remoteName: string, options?: ErrorOptions) {
    super(message, options);
    this.remoteName = remoteName;
  }
}

/** @returns what was thrown, ready to be posted; whatever it is, this does not throw */
export function toWire(error: unknown, to: Destination): WireError {
  const words = inWords(error);
  try {
    return { ...words, packed: { body: packed(error, to) } };
  } catch (problem) {
    return withoutSome(error, to, words) ?? { ...words, refused: displayProperty(problem as Error, "message") ?? "" };
  }
}

/** @throws if it cannot travel. What has to be moved cannot be tried out first: such an error comes home in words */
function packed(value: unknown, to: Destination, trials?: Trials): unknown {
  const { body, transfer } = pack(value, { to, name: "error", ...(trials && { trials }) });
  if (transfer.length > 0) throw new PickleError("Cannot send error: something in it would have to be transferred");
  return body;
}

/** @returns the error without those properties that cannot travel, which its stack names; undefined if its class cannot */
function withoutSome(error: unknown, to: Destination, words: WireError): WireError | undefined {
  if (!isError(error)) return undefined;
  const trials = new Trials((value, each) => void packed(value, to, each));
  try {
    const body = packed(error, to, trials);
    const left = Reflect.ownKeys(error).filter((key) => key !== "stack" && staysHere({ trials }, error, key));
    return {
      ...words,
      stack: `${words.stack ?? ""}\n    --- not sent: ${left.map(String).join(", ")} ---`,
      packed: { body },
    };
  } catch {
    return undefined; // the words say what was thrown
  }
}

/** The rendering that can always be posted, after the full one was refused: strings, whatever the fields hold. */
export function inWords(error: unknown): WireError {
  if (!isError(error)) return { name: typeof error, message: display(error), stack: undefined };
  const [name = "Error", message = ""] = [displayProperty(error, "name"), displayProperty(error, "message")];
  const stack = displayStack(error);
  return { name, message, stack, foreign: foreignFilesIn(stack) };
}

/** @returns what was thrown in the worker; the stack of an error also shows where the work was sent from */
export function fromWire(sent: WireError, site: CallSite | undefined, title?: string): unknown {
  const stack = sent.stack === undefined ? undefined : mapForeignFrames(sent.stack, sent.foreign ?? []);
  const wire = { ...sent, stack };
  const error = wire.packed === undefined ? describedIn(wire, causeOf(wire)) : rebuilt(wire, wire.packed.body);
  return site === undefined ? error : site.appendTo(error, title);
}

function causeOf({ refused }: WireError): ErrorOptions {
  return refused === undefined ? {} : { cause: new PickleError(refused) };
}

function rebuilt(wire: WireError, body: unknown): unknown {
  try {
    const error = unpack(body);
    if (wire.stack === undefined) return error;
    if (!isError(error)) return describedIn(wire);
    const remedy = settingsRemedy(error);
    replaceStack(error, remedy === undefined ? wire.stack : `${wire.stack}\n    --- ${remedy} ---`);
    return error;
  } catch (cause) {
    return describedIn(wire, { cause });
  }
}

function describedIn(wire: WireError, options?: ErrorOptions): RemoteError {
  const error = new RemoteError(`${wire.name}: ${wire.message}`, wire.name, options);
  if (wire.stack !== undefined) replaceStack(error, `RemoteError: ${wire.stack}`);
  return error;
}

/**
 * Values and functions <-> bytes, for files and for other programs.
 *
 *   offset  size  what
 *   0       4     "HDLP"
 *   4       1     version of this format
 *   5       16    the first bytes of the SHA-256 of everything else
 *   21            the packet, as v8.serialize writes it
 *
 * The checksum finds accidents, not attacks: loading runs code, so load only what you trust.
 */
import { deserialize, serialize } from "node:v8";
import { builtin } from "../platform/engine/builtin.js";
import { wrongType } from "../platform/errors/arguments.js";
import { PROCESS } from "./destination.js";
import { PickleError } from "./errors.js";
import { pack, preload, unpack } from "./pickle.js";
import { asPickleError, checkPacket, received } from "./received.js";

const MAGIC = Buffer.from("HDLP");
const VERSION = 1;
const CHECK_AT = MAGIC.length + 1;
const BODY_AT = CHECK_AT + 16;

/**
 * Renders a value or function as bytes. Shared memory cannot be saved.
 *
 * Python: pickle.dumps, cloudpickle.dumps.
 *
 * @example
 * import { dumps, loads } from "heddle/pickle";
 *
 * const rate = 0.2;
 * const bytes = dumps((price: number) => price * (1 + rate));
 * console.log(loads<(price: number) => number>(bytes)(100)); // 120
 *
 * @throws {PickleError} if something in `value` cannot travel
 */
export function dumps(value: unknown): Uint8Array {
  const body = serialize(pack(value, { to: PROCESS, name: "value", asyncModules: true }).body);
  const bytes = Buffer.alloc(BODY_AT + body.length);
  MAGIC.copy(bytes);
  bytes[MAGIC.length] = VERSION;
  body.copy(bytes, BODY_AT);
  checksum(bytes).copy(bytes, CHECK_AT);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Rebuilds what `dumps` rendered. Only load bytes that you trust: they may hold code.
 * @throws {TypeError} if `bytes` is no Uint8Array
 * @throws {PickleError} if the bytes cannot be rebuilt here: damaged, of another version or program, of modules that are not
 *   there. What a module or a `revive` function threw is its `cause`
 */
export function loads<T>(bytes: Uint8Array): T {
  const packet = packetIn("loads", bytes);
  return received(() => unpack<T>(packet));
}

/** As `loads`, but loads modules as `import()` does: also those that use top-level await. */
export async function loadsAsync<T>(bytes: Uint8Array): Promise<T> {
  const packet = packetIn("loadsAsync", bytes);
  await preload(packet).catch((error: unknown) => {
    throw asPickleError(error);
  });
  return received(() => unpack<T>(packet));
}

function packetIn(caller: string, bytes: Uint8Array): unknown {
  if (!(bytes instanceof Uint8Array)) throw wrongType(`${caller}: bytes`, "a Uint8Array", bytes);
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < BODY_AT || !view.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new PickleError("Cannot load these bytes: dumps did not make them");
  }
  if (view[MAGIC.length] !== VERSION) {
    throw new PickleError(
      `Cannot load these bytes: they are of format ${view[MAGIC.length]}, this is format ${VERSION}`,
    );
  }
  if (!checksum(view).equals(view.subarray(CHECK_AT, BODY_AT))) {
    throw new PickleError("Cannot load these bytes: they are damaged");
  }
  const packet = deserialized(view.subarray(BODY_AT));
  checkPacket(packet, view.length);
  return packet;
}

function deserialized(body: Buffer): unknown {
  try {
    return deserialize(body);
  } catch (cause) {
    throw new PickleError("Cannot load these bytes: another version of Node.js wrote them", "", { cause });
  }
}

function checksum(bytes: Buffer): Buffer {
  const hash = builtin("node:crypto")
    .createHash("sha256")
    .update(bytes.subarray(0, CHECK_AT))
    .update(bytes.subarray(BODY_AT));
  return hash.digest().subarray(0, BODY_AT - CHECK_AT);
}

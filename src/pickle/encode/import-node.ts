/** A value that the receiver finds by itself, as an export of a module. */
import { asyncModuleError } from "../modules/load.js";
import type { Reference } from "../modules/noted-imports.js";
import type { PacketNode } from "../packet.js";
import type { Encoding } from "./encoding.js";
import type { Path } from "./path.js";

const BY_VALUE = "Send what it gives instead, or let the module travel by value with pickleByValue";

/** @throws {PickleError} if the receiver has not that file, or cannot load the module synchronously */
export function importNode(
  encoding: Encoding,
  { url, name, path: inside, attributes }: Reference,
  path: Path,
): PacketNode {
  if (!encoding.to.sameFiles && url.startsWith("file:"))
    throw encoding.refusal(path, `it is '${name}' of ${url}, a file that is not there. ${BY_VALUE}`);
  const problem = encoding.asyncModules ? undefined : asyncModuleError(url);
  if (problem) throw encoding.refusal(path, problem.message, { cause: problem.cause });
  return { t: "import", url, name, ...(inside ? { path: inside } : {}), ...(attributes ? { attributes } : {}) };
}

/** A value that the receiver finds by itself, as an export of a module. */
import { asyncModuleError } from "../modules/load.js";
import type { Reference } from "../modules/noted-imports.js";
import type { PacketNode } from "../packet.js";
import type { Encoding } from "./encoding.js";
import type { Path } from "./path.js";

/** @throws {PickleError} if the receiver cannot load the module synchronously */
export function importNode(
  encoding: Encoding,
  { url, name, path: inside, attributes }: Reference,
  path: Path,
): PacketNode {
  const problem = encoding.asyncModules ? undefined : asyncModuleError(url);
  if (problem) throw encoding.refusal(path, problem.message, { cause: problem.cause });
  return { t: "import", url, name, ...(inside ? { path: inside } : {}), ...(attributes ? { attributes } : {}) };
}

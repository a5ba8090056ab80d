/** Without an inspector a function travels only if it takes nothing from the scopes around it. */
import { nameOf } from "../../../platform/words/name-of.js";
import { isAddedGlobal } from "../../builtins/globals.js";
import type { AnyFunction, Facts } from "../../live/function-facts.js";
import { analyze } from "../../text/analyze.js";
import type { Encoding } from "../encoding.js";
import type { Path } from "../path.js";
import { tellChangedGlobals } from "./changed-globals.js";
import { refuseUnportable } from "./refusals.js";

/** Node 22 has no flag for it. */
const ALLOW = process.allowedNodeEnvironmentFlags?.has("--allow-inspector")
  ? "Allow the inspector (node --allow-inspector). Or: "
  : "";

/** @throws {PickleError} if the function takes anything from outside but globals */
export function selfContained(encoding: Encoding, fn: AnyFunction, path: Path, reason: Error): Facts {
  const analysis = analyze(Function.prototype.toString.call(fn));
  const facts: Facts = {
    ...{
      analysis,
      filename: `heddle:${nameOf(fn) || "anonymous"}`,
      url: "",
      at: [0, analysis.anchor],
      codes: new Map(),
    },
    // Sloppy code is rare today, and only sloppy functions of the old form show that they are.
    strict: !Object.hasOwn(fn, "caller"),
  };
  refuseUnportable(encoding, facts, fn, path);
  const taken = analysis.free.filter((name) => !(name in globalThis) || isAddedGlobal(name));
  if (analysis.ownName && analysis.assigned.has(analysis.ownName.name)) taken.push(analysis.ownName.name);
  if (analysis.usesThis) taken.push("this");
  if (analysis.usesArguments) taken.push("arguments");
  if (analysis.importMetas.length > 0 || analysis.dynamicImports.length > 0) taken.push("import");
  if (analysis.shape?.superclass) taken.push("its base class");
  if (taken.length === 0) {
    tellChangedGlobals(facts, () => true);
    return facts;
  }
  throw encoding.refusal(
    path,
    `it captures ${taken.join(", ")}, which cannot be read here: ${reason.message.replace(/\.$/, "")}. ` +
      `${ALLOW}Export the function from a module that is not the entry, or pass what it needs as arguments`,
    { cause: reason },
  );
}

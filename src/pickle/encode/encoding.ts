/** What the parts of the encoder ask of the whole. */
import type { Destination } from "../destination.js";
import type { PickleError } from "../errors.js";
import type { CommonJsModules } from "../modules/common-js.js";
import type { Reference } from "../modules/noted-imports.js";
import type { Entry, PacketNode } from "../packet.js";
import type { FunctionPlan } from "./function/factory.js";
import type { Path, Step } from "./path.js";
import type { Trials } from "./travel-trials.js";
import type { Watch } from "./watch.js";

export interface Encoding {
  readonly to: Destination;
  /** Transferred rather than copied. */
  readonly moved: ReadonlySet<unknown>;
  /** What cannot travel of errors is left out, if this is given. */
  readonly trials: Trials | undefined;
  /** The receiver can wait for modules with top-level await. */
  readonly asyncModules: boolean;
  /** Told what is taken from the program, if anybody asks later whether that is still so. */
  readonly watch: Watch | undefined;
  /** @returns the entry of `value`, which was found one `step` beyond `path` */
  entry(value: unknown, path: Path, step: Step): Entry;
  /** @returns the entry of a prototype, which is never plain data whatever it looks like */
  prototypeEntry(proto: object | null, path: Path): Entry;
  /** @returns whether something that travels inherits from `object` */
  isPrototype(object: object): boolean;
  /** @returns the entry of a node that stands for no value of its own; equal nodes are one */
  entryOf(node: PacketNode): Entry;
  /** Notes that `owner` has a property under this symbol. */
  noteKey(owner: object, key: symbol): void;
  /** Notes that `value`, if it is code, is what the receiver finds for this entry by itself. */
  noteReference(value: unknown, entry: Entry): void;
  /** @returns whether structured clone carries `value` as it is */
  isPlain(value: object): boolean;
  /** What the CommonJS modules export that are loaded now. */
  readonly commonJs: CommonJsModules;
  /** @returns the module that `object` is to the program, as a namespace or what `require` gives, or undefined */
  moduleOf(object: object): Reference | undefined;
  /** Notes that `object` must be in the transfer list when the body is posted. */
  transfer(object: object): void;
  /** Notes how to write the factory of the function with node `id`. */
  plan(id: number, plan: FunctionPlan): void;
  /** @returns the error `Cannot send <path>: <problem>` */
  refusal(path: Path, problem: string, options?: ErrorOptions): PickleError;
}

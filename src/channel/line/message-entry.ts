/** What a line of messages keeps of its tasks and functions. */
import type { Packed } from "../../pickle/pickle.js";
import type { Form, FunctionId, WorkerId } from "./line.js";
import type { Pace } from "./pace.js";
import type { Written } from "./writing.js";

/** A task as it is written here. */
export interface Entry<Task> {
  readonly task: Task;
  readonly place: number;
  readonly fn: LineFunction;
  readonly form: Form;
  readonly written: Written;
  state: "written" | "offered" | "held";
  worker: WorkerId;
  /** Nobody waits for it any more. */
  isUnwanted: boolean;
}

export interface LineFunction {
  readonly id: FunctionId;
  readonly packed: Packed;
  readonly pace: Pace;
}

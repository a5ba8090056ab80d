/** What a task knows of whoever started it. */
import type { Scope } from "./scope.js";
import type { UnretrievedFailures } from "./unretrieved.js";

/** Who answers for a task: a group, a gather, or a runner. */
export interface TaskOwner {
  /** The scope in which the scopes of the tasks lie. */
  readonly scope: Scope;
  /** Takes the failures that nobody awaits; undefined if the owner itself receives every failure. */
  readonly unretrieved: UnretrievedFailures | undefined;
  /** @param outcome the result, or what was thrown */
  taskEnded(ending: Ending, outcome: unknown): void;
}

/** The states that a task stays in. */
export type Ending = "done" | "failed" | "cancelled";

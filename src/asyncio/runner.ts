/**
 * Owns the tasks that no group owns: those of one `run`, or, outside of any, those of the process.
 *
 * Such a task fails for itself: nobody else is cancelled, and its error waits to be retrieved.
 */
import { visible } from "../platform/words/user-text.js";
import { currentScope, Scope } from "./scope.js";
import type { Task } from "./task.js";
import type { TaskOwner } from "./task-owner.js";
import { UnretrievedFailures } from "./unretrieved.js";

export class Runner implements TaskOwner {
  readonly scope: Scope;
  readonly unretrieved = new UnretrievedFailures();

  constructor(parent: Scope | undefined) {
    this.scope = new Scope(parent, { runner: this });
  }

  taskEnded(): void {}

  /** Every task under it that is not done, those of groups included, in order of creation at each level. */
  tasks(): Set<Task<unknown>> {
    const tasks = new Set<Task<unknown>>();
    const scopes: Scope[] = [this.scope];
    for (let next = 0; next < scopes.length; next++) {
      for (const scope of scopes[next]!.children) {
        scopes.push(scope);
        if (scope.task !== undefined && !scope.task.done) tasks.add(scope.task);
      }
    }
    return tasks;
  }
}

let ofProcess: Runner | undefined;

/** The runner of the tasks outside of any `run`. What they leave behind is told when the process ends. */
function processRunner(): Runner {
  if (ofProcess !== undefined) return ofProcess;
  const runner = new Runner(undefined);
  process.once("beforeExit", () => warnOfPending(runner));
  process.once("exit", () => {
    for (const failure of runner.unretrieved.takeAll()) failure.report();
  });
  ofProcess = runner;
  return runner;
}

/** The event loop has nothing left to do: what these tasks wait for can never come. */
function warnOfPending(runner: Runner): void {
  const pending = [...runner.tasks()];
  if (pending.length === 0) return;
  const names = pending.map((task) => visible(task.name)).join(", ");
  process.emitWarning(`the process ends while ${pending.length} task(s) still wait: ${names}`, "AsyncioWarning");
}

/** @returns the runner that the calling code is under */
export function currentRunner(): Runner {
  return currentScope()?.runner ?? processRunner();
}

/** @returns the scope in which new ones lie: the current one, or the root of the process */
export function enclosingScope(): Scope {
  return currentScope() ?? processRunner().scope;
}

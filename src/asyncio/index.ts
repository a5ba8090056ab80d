/** heddle/asyncio: tasks that belong together, can be cancelled, and leave nothing behind. */
export { CancelledError, InvalidStateError, TimeoutError } from "../platform/errors/errors.js";
export { sleep } from "../time/sleep.js";
export { CancelScope, type CancelScopeOptions } from "./cancel-scope.js";
export { currentSignal, isCancelled, throwIfCancelled } from "./cancelled.js";
export { allTasks, createTask, currentTask } from "./create-task.js";
export { type ErrorFilter, ExceptionGroup } from "./exception-group.js";
export { type ExceptionContext, type ExceptionHandler, setExceptionHandler } from "./exception-handler.js";
export { type Gatherable, type GatherOutcomes, type GatherResults, gather } from "./gather.js";
export { type RunOptions, run } from "./run.js";
export { cancellable, shield } from "./shield.js";
export { Task, type TaskBody, type TaskOptions } from "./task.js";
export { TaskGroup, type TaskGroupOptions } from "./task-group.js";
export { moveOnAfter, type Timeout, type TimeoutBody, timeout, timeoutAt } from "./timeout.js";

/** Arguments of submit that do not fit the function. */
import type { Executor } from "heddle/futures";

declare const executor: Executor;
executor.submit((n: number) => n, "1"); // refused

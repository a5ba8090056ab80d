/** An argument of submit that cannot travel. */
import type { Executor } from "heddle/futures";

declare const executor: Executor;
executor.submit((n: Promise<number>) => n, Promise.resolve(1)); // refused

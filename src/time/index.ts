/** heddle/time: sleeping, and a clock that never goes back. */
export { monotonic } from "../platform/waiting/clock.js";
export { sleep, sleepSync } from "./sleep.js";

/** Prints how long the first closure of a program takes, from the call until it runs in a warm thread; in milliseconds. */
import { Thread } from "heddle/threading";

// Known by name everywhere: the thread is warm, and nothing was captured yet.
await new Thread({ target: Math.sqrt, args: [4] }).start().result();
const start = performance.timeOrigin + performance.now();
const running = (): number => performance.timeOrigin + performance.now() - start;
console.log(await new Thread({ target: running }).start().result());

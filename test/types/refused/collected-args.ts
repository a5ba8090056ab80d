/** Arguments must fit also where the thread is kept by somebody. */
import { Thread } from "heddle/threading";

const threads: Thread[] = [];
threads.push(new Thread({ target: (n: number) => n, args: ["text"] })); // refused

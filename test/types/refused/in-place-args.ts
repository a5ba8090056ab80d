/** Arguments must fit a target that is written in place. */
import { Process } from "heddle/multiprocessing";

export const child = new Process({ target: (n: number) => n, args: ["text"] }); // refused

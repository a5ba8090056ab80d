/** More arguments than the target takes. */
import { Process } from "heddle/multiprocessing";

export const child = new Process({
  target: (text: string, times = 1) => text + String(times),
  args: ["a", 1, 2], // refused
});

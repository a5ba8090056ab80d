/** The names of this process; made at the first use, which joins the heap. */
import { processHeap } from "../../memory/process-heap.js";
import { Names } from "./names.js";

let instance: Names | undefined;

export function namesOfProcess(): Names {
  instance ??= new Names(processHeap());
  return instance;
}

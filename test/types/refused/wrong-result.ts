/** The result has the type of what the function returns. */
import { Process } from "heddle/multiprocessing";

const result = await new Process({ target: () => 1 }).start().result();
export const text: string = result; // refused

/** Items must fit the function. */
import { Pool } from "heddle/multiprocessing";

const double = (n: number): number => 2 * n;
export const results = new Pool(1).map(double, ["text"]); // refused

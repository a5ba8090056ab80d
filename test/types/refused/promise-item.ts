/** A Promise cannot travel, not even inside of an item. */
import { Pool } from "heddle/multiprocessing";

const items = [{ answer: Promise.resolve(1) }];
export const results = new Pool(1).map((n) => n, items); // refused

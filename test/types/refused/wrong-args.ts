/** Arguments must fit the target. */
import { Thread } from "heddle/threading";

const target = (n: number): number => n;
export const thread = new Thread<[number], number>({ target, args: ["text"] }); // refused

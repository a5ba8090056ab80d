/** A list of any length: its items must fit. */
import { Thread } from "heddle/threading";

declare const words: string[];
export const thread = new Thread({ target: (n: number) => n, args: words }); // refused

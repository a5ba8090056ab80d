/** A target that takes arguments must be given some. */
import { Thread } from "heddle/threading";

export const thread = new Thread({ target: (n: number) => n }); // refused

/** A Promise cannot travel. */
import { Thread } from "heddle/threading";

export const thread = new Thread({ target: (n: unknown) => n, args: [Promise.resolve(1)] }); // refused

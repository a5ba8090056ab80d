/** A parameter with a default does not make the others optional. */
import { Thread } from "heddle/threading";

export const thread = new Thread({ target: (text: string, times = 1) => text.repeat(times) }); // refused

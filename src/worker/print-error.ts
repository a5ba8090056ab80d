/** How an error that nobody has caught is printed. */
import { writeWhole } from "../platform/engine/descriptor.js";
import { displayThrown } from "../platform/words/display.js";
import { visible } from "../platform/words/user-text.js";

/** One message on stderr. @param where the thread or process that it ended */
export function printError(where: string, error: unknown): void {
  printWords(`Exception in ${visible(where)}:\n${displayThrown(error)}`);
}

/** Also where the program has broken its console. */
export function printWords(words: string): void {
  try {
    console.error(words);
  } catch {
    writeWhole(2, Buffer.from(`${words}\n`));
  }
}

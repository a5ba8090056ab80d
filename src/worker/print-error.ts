/** How an error that nobody has caught is printed. */
import { writeWhole } from "../platform/descriptor.js";
import { display, displayStack, isError } from "../platform/display.js";

/** One message on stderr. @param where the thread or process that it ended */
export function printError(where: string, error: unknown): void {
  printWords(`Exception in ${where}:\n${errorInWords(error)}`);
}

/** Also where the program has broken its console. */
export function printWords(words: string): void {
  try {
    console.error(words);
  } catch {
    writeWhole(2, Buffer.from(`${words}\n`));
  }
}

export function errorInWords(error: unknown): string {
  return isError(error) ? displayStack(error) : `${display(error)} was thrown, which is no Error`;
}

/** Carries out what the dispatcher decides, in that order: what carrying one out leads to comes after those decided before. */
import type { Command } from "./dispatcher.js";

export class CommandQueue<Task> {
  readonly #carryOut: (command: Command<Task>) => void;
  readonly #commands: Command<Task>[] = [];

  constructor(carryOut: (command: Command<Task>) => void) {
    this.#carryOut = carryOut;
  }

  add(commands: readonly Command<Task>[]): void {
    if (commands.length === 0) return;
    const first = this.#commands.length === 0;
    this.#commands.push(...commands);
    // Otherwise the loop below is running further up the stack, and comes to them.
    if (!first) return;
    for (const command of this.#commands) this.#carryOut(command);
    this.#commands.length = 0;
  }
}

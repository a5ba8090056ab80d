/** The functions that a worker has been sent. One that could not be rebuilt fails each task that needs it, in the same way. */
import { isAwaitable } from "../../platform/errors/synchronous.js";
import type { Callable, FunctionId, Runner } from "./line.js";

type Definition =
  | { readonly body: unknown }
  | { readonly fn: Callable | Promise<Callable> }
  | { readonly error: unknown };

export class Functions {
  readonly #runner: Runner;
  readonly #known = new Map<FunctionId, Definition>();

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  define(id: FunctionId, body: unknown): void {
    this.#known.set(id, { body });
  }

  forget(id: FunctionId): void {
    this.#known.delete(id);
  }

  /** @throws what its rebuilding has thrown */
  find(id: FunctionId): Callable | Promise<Callable> {
    const known = this.#known.get(id);
    if (known === undefined) throw new Error(`heddle: function ${id} has not been sent: please report this`);
    if ("fn" in known) return known.fn;
    if ("error" in known) throw known.error;
    return this.#revive(id, known.body);
  }

  #revive(id: FunctionId, body: unknown): Callable | Promise<Callable> {
    try {
      const fn = this.#runner.revive(body);
      this.#known.set(id, { fn });
      if (isAwaitable(fn)) void this.#replace(id, fn as Promise<Callable>);
      return fn;
    } catch (error) {
      this.#known.set(id, { error });
      throw error;
    }
  }

  async #replace(id: FunctionId, coming: Promise<Callable>): Promise<void> {
    const definition = await coming.then(
      (fn): Definition => ({ fn }),
      (error: unknown): Definition => ({ error }),
    );
    if (this.#known.has(id)) this.#known.set(id, definition);
  }
}

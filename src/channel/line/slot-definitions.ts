/** The functions that a worker of a line has rebuilt. One that cannot be rebuilt fails each of its tasks, with the same error. */
import type { Realm } from "../../memory/realm.js";
import { type Codecs, codecsOf } from "../codec/codec.js";
import type { Callable, FunctionId, Runner } from "./line.js";
import { fnAt } from "./slot-functions.js";
import { BY_MESSAGE, Fn, handleOf } from "./slot-layout.js";

type Definition = { readonly fn: Callable } | { readonly error: unknown };

export class Definitions {
  readonly #realm: Realm;
  readonly #codecs: Codecs;
  readonly #runner: Runner;
  /** Asks for what goes by message. */
  readonly #want: (fn: FunctionId) => Promise<unknown>;
  readonly #known = new Map<FunctionId, Definition>();
  #lastId: FunctionId = 0;
  #last: Callable | undefined;

  constructor(realm: Realm, runner: Runner, want: (fn: FunctionId) => Promise<unknown>) {
    this.#realm = realm;
    this.#codecs = codecsOf(realm);
    this.#runner = runner;
    this.#want = want;
  }

  /**
   * @param word what a slot has in FN
   * @returns undefined if it must be loaded first
   * @throws what its rebuilding has thrown
   */
  find(word: number): Callable | undefined {
    const id = this.#realm.heap.i32[fnAt(handleOf(word)) + Fn.NUMBER]!;
    if (id === this.#lastId) return this.#last;
    const definition = this.#known.get(id);
    if (definition === undefined) return undefined;
    if ("error" in definition) throw definition.error;
    this.#lastId = id;
    return (this.#last = definition.fn);
  }

  /** Rebuilds it: `find` knows it then. @returns undefined if that is done already */
  load(word: number): Promise<void> | undefined {
    const at = fnAt(handleOf(word));
    const id = this.#realm.heap.i32[at + Fn.NUMBER]!;
    if (this.#realm.heap.i32[at + Fn.KIND] !== BY_MESSAGE) return this.#revive(id, () => this.#read(at));
    return this.#want(id).then((body) => this.#revive(id, () => body));
  }

  forget(fns: readonly FunctionId[]): void {
    for (const fn of fns) this.#known.delete(fn);
    this.#lastId = 0;
    this.#last = undefined;
  }

  #revive(id: FunctionId, bodyOf: () => unknown): Promise<void> | undefined {
    const failed = (error: unknown): void => void this.#known.set(id, { error });
    const revived = (fn: Callable): void => void this.#known.set(id, { fn });
    try {
      const fn = this.#runner.revive(bodyOf());
      if (typeof fn !== "function") return fn.then(revived, failed);
      revived(fn);
    } catch (error) {
      failed(error);
    }
    return undefined;
  }

  #read(at: number): unknown {
    const { heap } = this.#realm;
    const codec = this.#codecs.borrow();
    try {
      const { i32 } = heap;
      const [kind, integer, length] = [i32[at + Fn.KIND]!, i32[at + Fn.INTEGER]!, i32[at + Fn.LENGTH]!];
      codec.readFrom(heap, (at + Fn.BYTES) * 4, kind, integer, length);
      return codec.decode();
    } finally {
      this.#codecs.return(codec);
    }
  }
}

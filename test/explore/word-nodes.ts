/** Nodes of a wait queue for the explorer: three of them, in words of the program. */
import type { Word } from "#heddle/memory/word.js";
import type { WaitNodes } from "#heddle/sync/wait-queue.js";
import type { ModelWord } from "./model-word.js";

type Field = "used" | "next" | "owner" | "state";
type Index = 1 | 2 | 3;
const INDICES: readonly Index[] = [1, 2, 3];

export type NodeWords = Readonly<Record<`${Field}${Index}`, ModelWord>>;

/** Words to add to the program. */
export const NODE_WORDS = Object.fromEntries(
  INDICES.flatMap((i) => [`used${i}`, `next${i}`, `owner${i}`, `state${i}`].map((name) => [name, 0])),
) as Readonly<Record<`${Field}${Index}`, number>>;

/** All but the state, on which waiters sleep, is guarded by the mutex, whose word is called `lock`. */
export const GUARDED = Object.fromEntries(
  INDICES.flatMap((i) => [`used${i}`, `next${i}`, `owner${i}`].map((name) => [name, "lock"])),
) as Readonly<Record<`${Exclude<Field, "state">}${Index}`, "lock">>;

export class WordNodes implements WaitNodes {
  readonly #words: NodeWords;

  constructor(words: NodeWords) {
    this.#words = words;
  }
  allocate(): number {
    const free = INDICES.find((index) => this.#words[`used${index}`].load() === 0);
    if (free === undefined) throw new Error("more nodes in use than threads");
    this.#words[`used${free}`].store(1);
    return free;
  }
  release(node: number): void {
    if (this.#of("used", node).exchange(0) !== 1) throw new Error("a node released twice");
  }
  next(node: number): Word {
    return this.#of("next", node);
  }
  owner(node: number): Word {
    return this.#of("owner", node);
  }
  state(node: number): ModelWord {
    return this.#of("state", node);
  }
  #of(field: Field, node: number): ModelWord {
    return this.#words[`${field}${node as Index}`];
  }
}

/** First in, first out, and nothing else. */
import { SharedObject } from "../objects/shared-object.js";
import { checkNone } from "../platform/errors/arguments.js";
import { BasicQueue } from "./basic-queue.js";

/**
 * A queue without limit, tasks or end: put and get, in the order of put.
 *
 * Python: queue.SimpleQueue.
 *
 * @example
 * import { SimpleQueue } from "heddle/queue";
 * import { Thread } from "heddle/threading";
 *
 * const answers = new SimpleQueue<number>();
 * new Thread({ target: () => answers.putNowait(6 * 7) }).start();
 * console.log(await answers.get()); // 42
 */
export class SimpleQueue<T = unknown> extends BasicQueue<T> {
  static {
    SharedObject.register(SimpleQueue, import.meta.url, "SimpleQueue");
  }

  constructor(...none: []) {
    checkNone("SimpleQueue", none);
    super(0);
  }

  /** @internal */
  protected override describe(): string {
    return `qsize ${this.qsize}`;
  }
}

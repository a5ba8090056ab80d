/** A call that its caller can end early, for executors that know nothing of that. */
import type { Wait } from "../platform/errors/arguments.js";
import { Future, hasFailed, hush, stopWith, whenDone } from "./future.js";
import { limit } from "./limit.js";

/** @returns a future that ends as the one of `submit` does, or when the time is up or the signal aborted */
export function submitWith<T>(wait: Wait, submit: () => Future<T>): Future<T> {
  const outer = new Following<T>();
  if (wait.signal?.aborted) {
    stopWith(outer, wait.signal.reason);
    return outer;
  }
  const inner = submit();
  outer.follow(inner);
  limit(outer, wait, (error) => {
    stopWith(outer, error);
    inner.cancel();
  });
  return outer;
}

/** Ends as another future does. */
class Following<T> extends Future<T> {
  #followed: Future<T> | undefined;

  follow(future: Future<T>): void {
    this.#followed = future;
    hush(future);
    whenDone(future, () => this.#end(future));
  }

  protected override hasBegun(): boolean {
    return this.#followed?.running ?? false;
  }

  protected override revoke(): boolean {
    return this.#followed?.cancel() ?? true;
  }

  #end(future: Future<T>): void {
    if (this.done) return;
    if (future.cancelled) this.cancel();
    else if (hasFailed(future)) this.setException(future.exceptionSync());
    else this.setResult(future.resultSync());
  }
}

/** One map call over a runner that settles chunks when the test says so. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { waitFor } from "#heddle/future/wait-for.js";
import { CallSite } from "#heddle/platform/stacks/call-site.js";
import type { Items } from "#heddle/pool/chunk-source.js";
import type { ChunkRunner, ItemsCallOptions } from "#heddle/pool/items-call.js";
import { MapCall } from "#heddle/pool/map-call.js";
import type { Launched, Sink } from "#heddle/pool/sink.js";

interface Submitted {
  readonly sink: Sink;
  readonly items: readonly unknown[];
}

/** Holds what was launched. */
class FakeRunner implements ChunkRunner {
  readonly submitted: Submitted[] = [];
  readonly stopped: Submitted[] = [];
  released = 0;
  readonly room = { isThere: true, tell: () => {}, forget: () => {} };

  launch(sink: Sink, _form: unknown, items: readonly unknown[]): Launched {
    const submitted = { sink, items };
    this.submitted.push(submitted);
    const stop = (error: unknown): void => {
      this.stopped.push(submitted);
      sink.taskFailed(error);
    };
    return { hasBegun: true, revoke: () => false, stop };
  }
  release(): void {
    this.released++;
  }
  /** Answers the n-th chunk with its own items. */
  echo(n: number): void {
    const { sink, items } = this.submitted[n]!;
    sink.taskDone(items, Number.NaN);
  }
}

function makeCall(
  items: Items<unknown>,
  options: Partial<ItemsCallOptions> = {},
): { call: MapCall; runner: FakeRunner } {
  const runner = new FakeRunner();
  const call = new MapCall(runner, 2, {
    items,
    spread: false,
    chunkSize: undefined,
    bufferSize: undefined,
    onProgress: undefined,
    site: new CallSite(makeCall),
    ...options,
  });
  call.start();
  return { call, runner };
}

const turns = async (n: number): Promise<void> => {
  for (let i = 0; i < n; i++) await Promise.resolve();
};

describe("MapCall", () => {
  test("collects the results in the order of the input, whatever the order of the answers", async () => {
    const { call, runner } = makeCall([1, 2, 3, 4], { chunkSize: 1, bufferSize: 4 });
    for (const n of [2, 0, 3, 1]) runner.echo(n);
    assert.deepEqual(await waitFor(call.result), { timedOut: false, value: [1, 2, 3, 4] });
  });

  test("reads on when a chunk has settled, as far as the window allows", () => {
    const { runner } = makeCall([1, 2, 3, 4, 5], { chunkSize: 2, bufferSize: 3 });
    assert.equal(runner.submitted.length, 1);
    runner.echo(0);
    assert.equal(runner.submitted.length, 2);
    runner.echo(1);
    assert.deepEqual(
      runner.submitted.map(({ items }) => items),
      [[1, 2], [3, 4], [5]],
    );
  });

  test("never loses the last items of an async input, at whatever turn an earlier chunk settles", async () => {
    async function* input(): AsyncGenerator<number> {
      yield* [1, 2, 3];
    }
    for (let turn = 0; turn < 40; turn++) {
      const { call, runner } = makeCall(input(), { chunkSize: 2 });
      while (runner.submitted.length === 0) await turns(1);
      await turns(turn);
      runner.echo(0);
      while (runner.submitted.length === 1 && !call.result.settled) await turns(1);
      if (!call.result.settled) runner.echo(1);
      assert.deepEqual(await waitFor(call.result), { timedOut: false, value: [1, 2, 3] }, `turn ${turn}`);
    }
  });

  test("cancel stops what is out; later answers and errors do nothing", async () => {
    const { call, runner } = makeCall([1, 2, 3], { chunkSize: 1, bufferSize: 2 });
    call.cancel(new Error("over"));
    assert.deepEqual(runner.stopped, runner.submitted);
    assert.equal(runner.released, 1);
    runner.echo(0);
    runner.submitted[0]!.sink.taskFailed(new Error("late"));
    call.cancel(new Error("again"));
    await assert.rejects(waitFor(call.result), { message: "over" });
    assert.deepEqual([runner.submitted.length, runner.released], [2, 1]);
  });

  test("an error of the function that arrives before one of the input is the one that is thrown", async () => {
    function* input(): Generator<number> {
      yield 1;
      yield 2;
      throw new Error("input");
    }
    const { call, runner } = makeCall(input(), { chunkSize: 1, bufferSize: 1 });
    runner.submitted[0]!.sink.taskFailed(new Error("function"));
    runner.echo(1);
    await assert.rejects(waitFor(call.result), { message: "function" });
  });

  test("an async input that never ends is told that nobody reads on", async () => {
    let closed = 0;
    const iterator = {
      next: () => new Promise<never>(() => {}),
      return: async () => {
        closed++;
        throw new Error("hidden by the error that ended the call");
      },
    };
    const { call } = makeCall({ [Symbol.asyncIterator]: () => iterator });
    call.cancel(new Error("over"));
    await assert.rejects(waitFor(call.result), { message: "over" });
    await turns(5);
    assert.equal(closed, 1);
  });

  test("an input that ends the call from inside its own next is told when that has returned", async () => {
    const seen: string[] = [];
    function* items(): Generator<number> {
      try {
        yield 1;
        call.cancel(new Error("over"));
        yield 2;
        seen.push("read on");
      } finally {
        seen.push("closed");
      }
    }
    const { call, runner } = makeCall(items(), { chunkSize: 1, bufferSize: 1 });
    runner.echo(0);
    await assert.rejects(waitFor(call.result), { message: "over" });
    assert.deepEqual(seen, ["closed"]);
  });
});

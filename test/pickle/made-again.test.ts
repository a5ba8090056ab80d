/** Objects of the language and of Node that are described by what they were made from, and those that stay with their maker. */
import assert from "node:assert/strict";
import { BlockList } from "node:net";
import { describe, test } from "node:test";
import { debuglog } from "node:util";
import { CancelScope, createTask, run, TaskGroup } from "heddle/asyncio";
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { Thread, Timer } from "heddle/threading";
import { pack } from "#heddle/pickle/pickle.js";
import { Away, DESTINATIONS, type Kind } from "./rig.js";

const text = "ß Straße 12 äöü";
const bytes = Uint8Array.from([0xe4, 0x20, 0xdf]);
const when = Date.UTC(2024, 1, 29, 13, 14, 15, 160);

/** What each does, as text. */
const uses: Record<string, () => unknown> = {
  TextEncoder: use(new TextEncoder(), (it) => [...it.encode(text)]),
  TextDecoder: use(new TextDecoder("latin1", { fatal: true, ignoreBOM: true }), (it) => [
    it.decode(bytes),
    it.encoding,
    it.fatal,
    it.ignoreBOM,
  ]),
  currency: use(new Intl.NumberFormat("de", { style: "currency", currency: "EUR" }), (it) => it.format(1234.5)),
  compact: use(new Intl.NumberFormat("en", { notation: "compact" }), (it) => it.format(123456)),
  digits: use(new Intl.NumberFormat("en-u-nu-deva", { maximumSignificantDigits: 3 }), (it) => it.format(12345.6)),
  unit: use(new Intl.NumberFormat("en", { style: "unit", unit: "liter", unitDisplay: "long" }), (it) => it.format(2)),
  date: use(new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "long", timeZone: "Asia/Tokyo" }), (it) =>
    it.format(when),
  ),
  calendar: use(new Intl.DateTimeFormat("ar-u-ca-islamic-nu-arab", { weekday: "long", year: "numeric" }), (it) =>
    it.format(when),
  ),
  hours: use(new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit", hour12: false }), (it) =>
    it.format(when),
  ),
  Collator: use(new Intl.Collator("de-u-co-phonebk", { sensitivity: "base", numeric: true }), (it) =>
    ["Zoe", "a10", "Ä2", "ae1"].sort(it.compare),
  ),
  PluralRules: use(new Intl.PluralRules("en", { type: "ordinal" }), (it) => it.select(2)),
  ListFormat: use(new Intl.ListFormat("en", { type: "disjunction" }), (it) => it.format(["a", "b"])),
  RelativeTimeFormat: use(new Intl.RelativeTimeFormat("es", { numeric: "auto" }), (it) => it.format(-1, "day")),
  DisplayNames: use(new Intl.DisplayNames("en", { type: "region" }), (it) => it.of("US")),
  Segmenter: use(new Intl.Segmenter("en", { granularity: "word" }), (it) => [...it.segment("to be")].length),
  Locale: use(new Intl.Locale("en-US-u-ca-buddhist"), (it) => [it.calendar, String(it)]),
  debuglog: use(debuglog("heddle-test"), (it) => [it.enabled, it("said"), it.name]),
  arguments: use(argumentsOf(1, { b: 2 }), (it) => [
    ...[it.length, it[1], [...it], Array.isArray(it), String(it), Object.keys(it)],
    function (this: unknown, ...all: unknown[]) {
      return all;
    }.apply(0, it as unknown as unknown[]),
  ]),
  "its properties": use(Object.assign(new TextEncoder(), { note: 1 }), (it) => [it.note, it instanceof TextEncoder]),
  frozen: use(Object.freeze(new TextDecoder()), (it) => Object.isFrozen(it)),
};

function argumentsOf(..._: unknown[]): IArguments {
  // biome-ignore lint/complexity/noArguments: what is tested
  return arguments;
}

function use<T>(it: T, what: (it: T) => unknown): () => unknown {
  return () => what(it);
}

for (const to of ["thread", "process"] as const)
  describe(`made again in a ${to}`, () => {
    test("each does what it does at home, and comes back", async () => {
      await using away = new Away(to);
      for (const [name, fn] of Object.entries(uses)) assert.deepEqual(await away.call(fn), fn(), name);
      const format = new Intl.NumberFormat("de", { minimumFractionDigits: 2 });
      const back = await away.call(() => format);
      assert.deepEqual(back.resolvedOptions(), format.resolvedOptions());
      assert.ok(back instanceof Intl.NumberFormat);
    });
  });

const send = (value: unknown, to: Kind = "thread"): unknown => pack({ value }, { to: DESTINATIONS[to], name: "it" });

test("what would come out different is refused: objects that only inherit, and of classes that extend one", () => {
  class Own extends TextEncoder {}
  class Sorter extends Intl.Collator {}
  for (const value of [
    Object.create(TextDecoder.prototype),
    Object.create(Intl.Locale.prototype),
    new Own(),
    new Sorter(),
  ])
    assert.throws(() => send(value), { name: "PickleError", path: "it.value" });
});

test("what Node itself clones between threads reaches them", async () => {
  await using away = new Away("thread");
  const list = new BlockList();
  list.addAddress("1.2.3.4");
  assert.deepEqual(await away.call(() => [list.check("1.2.3.4"), list.check("1.2.3.5")]), [true, false]);
  const { WebAssembly: assembly } = globalThis as unknown as {
    WebAssembly: { Module: new (code: Uint8Array) => object; Instance: new (module: object) => object };
  };
  const module = new assembly.Module(Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0]));
  assert.equal(await away.call(() => module.constructor.name), "Module");
  assert.throws(() => send(module, "process"), /reaches threads only/);
});

describe("what is at work for its maker is refused by name, with what to do", () => {
  const stays = (make: () => { value: object; name: string; end?: () => unknown }) => async (): Promise<void> => {
    const { value, name, end } = make();
    try {
      const message = new RegExp(`: it is a ${name}, which stays with who made it\\. Make one in the worker`);
      for (const to of ["thread", "process"] as const) {
        if (name === "Thread" && to === "thread") continue;
        assert.throws(() => send(() => value, to), { name: "PickleError", path: "it.value → value", message });
        assert.throws(() => send({ service: { inner: value } }, to), { path: "it.value.service.inner", message });
      }
    } finally {
      await end?.();
    }
  };
  const pool = (made: Pool | ThreadPool) => ({ value: made, name: made.constructor.name, end: () => made.terminate() });
  const idle = { target: (): number => 1 };

  test(
    "Pool",
    stays(() => pool(new Pool(1))),
  );
  test(
    "ThreadPool",
    stays(() => pool(new ThreadPool(1))),
  );
  test(
    "Process",
    stays(() => ({ value: new Process(idle), name: "Process" })),
  );
  test("a Process that runs", async () => {
    const process = new Process(idle).start();
    await stays(() => ({ value: process, name: "Process" }))();
    await process.join();
  });
  test("a Thread, to a process", async () => {
    const thread = new Thread(idle).start();
    await stays(() => ({ value: thread, name: "Thread" }))();
    await thread.join();
  });
  test(
    "CancelScope",
    stays(() => ({ value: new CancelScope(), name: "CancelScope" })),
  );
  test("Task and TaskGroup", async () => {
    await run(async () => {
      const task = createTask(async () => 1);
      await stays(() => ({ value: task, name: "Task" }))();
      await using group = TaskGroup.open();
      await stays(() => ({ value: group, name: "TaskGroup" }))();
      await task;
    });
  });

  test("a Thread or Timer that has not been started", () => {
    const refusal = /it is the thread "idle", which has not been started\. Start it before, or make one in the worker/;
    for (const thread of [new Thread({ ...idle, name: "idle" }), new Timer(1, () => 1, { name: "idle" })])
      assert.throws(() => send(() => thread), { name: "PickleError", message: refusal });
  });

  test("a thread that runs can be captured by another", async () => {
    const first = new Thread({ target: () => 2 }).start();
    const second = new Thread({ target: async () => [await first.join(), first.name] }).start();
    assert.deepEqual(await second.result(), [true, first.name]);
  });

  test("a method that is mapped by a pool which its object holds", async () => {
    class Service {
      pool = new Pool(1);
      twice(x: number): number {
        return x * 2;
      }
      run(xs: number[]): Promise<number[]> {
        return this.pool.map(this.twice.bind(this), xs);
      }
    }
    const service = new Service();
    await assert.rejects(service.run([1]), { name: "PickleError", message: /\.pool: it is a Pool, which stays/ });
    await service.pool.terminate();
  });
});

test("a refusal about a process does not speak of threads", () => {
  let count = 0;
  const add = (): void => {
    count += 1;
  };
  const refused = (value: unknown): void =>
    assert.throws(
      () => send(value, "process"),
      (error: Error) => !/thread/i.test(error.message.replaceAll(/\(.*?\)|at \S+/g, "")),
    );
  for (const value of [add, new Proxy({}, {}), new FinalizationRegistry(() => {}), new Response("x")]) refused(value);
  assert.throws(
    () => send(add, "process"),
    /Processes do not share variables: only a copy would change\. Return the result/,
  );
  assert.throws(() => send(add, "thread"), /Threads do not share variables: .*Use a Value/);
  assert.equal(count, 0);
});

/** Items 52 to 57 of the conformance list. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Classes } from "../rig/realms.js";
import { inThread, inThreads, timed, until } from "../rig/threads.js";

export function eventContract({ Event, Value }: Classes): void {
  test("#052 Event: starts unset; set and clear can be repeated", () => {
    const event = new Event();
    const seen: boolean[] = [event.isSet];
    for (const step of ["set", "set", "clear", "clear"] as const) {
      event[step]();
      seen.push(event.isSet);
    }
    assert.deepEqual(seen, [false, true, true, false, false]);
    assert.deepEqual(event.statistics(), { isSet: false });
  });

  test("#053 #054 Event.set: wakes all, a second wait returns at once, and it works again after clear", async () => {
    const event = new Event();
    for (let round = 0; round < 2; round++) {
      const arrived = new Value("i32");
      const waiters = inThreads(4, () => {
        arrived.add(1);
        return [event.waitSync(), event.waitSync()];
      });
      const here = event.wait();
      await until(() => arrived.value === 4);
      event.set();
      assert.deepEqual((await waiters).flat(), Array(8).fill(true));
      assert.equal(await here, true);
      event.clear();
    }
  });

  test("#055 Event.wait: false after the timeout", async () => {
    const event = new Event();
    assert.equal(event.waitSync({ timeout: 0 }), false);
    assert.equal(await event.wait({ timeout: 0 }), false);
    assert.ok((await timed(() => event.waitSync({ timeout: 50 }))) >= 30);
    assert.ok((await timed(async () => assert.equal(await event.wait({ timeout: 50 }), false))) >= 30);
  });

  test("#056 Event.wait: true at once when it is set", async () => {
    const event = new Event();
    event.set();
    for (const wait of [undefined, { timeout: 0 }, { timeout: 1000 }]) {
      assert.equal(event.waitSync(wait), true);
      assert.equal(await event.wait(wait), true);
    }
  });

  test("#057 Event: whoever was waiting gets through set(); clear()", async () => {
    const event = new Event();
    const here = Array.from({ length: 5 }, () => event.wait());
    await new Promise((resolve) => setImmediate(resolve));
    event.set();
    event.clear();
    assert.deepEqual(await Promise.all(here), Array(5).fill(true));
    assert.equal(event.isSet, false);
  });

  test("#057 Event: threads that were waiting get through set(); clear()", async () => {
    const event = new Event();
    const through = new Value("i32");
    const threads = inThreads(3, () => {
      event.waitSync();
      through.add(1);
    });
    // Whoever sleeps at a pulse is through, though the flag is down again before it looks.
    await until(() => {
      event.set();
      event.clear();
      return through.value === 3;
    });
    await threads;
    assert.equal(event.isSet, false);
  });

  test("Event: an aborted wait rejects with the signal's reason, and others go on waiting", async () => {
    const event = new Event();
    const abort = new AbortController();
    const aborted = event.wait({ signal: abort.signal });
    const patient = event.wait();
    const reason = new Error("enough");
    abort.abort(reason);
    await assert.rejects(aborted, (error) => error === reason);
    await inThread(() => event.set());
    assert.equal(await patient, true);
  });
}

/** What threads wait for, in the memory that they have in common. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Event, Thread } from "heddle/threading";
import { processRealm } from "#heddle/memory/process-realm.js";
import { waitOf } from "#heddle/memory/waits.js";
import { waitsContract } from "../contract/waits.js";
import { ofProcess } from "../rig/realms.js";
import { until } from "../rig/threads.js";

describe("process", () => waitsContract(ofProcess));

test("who joins a thread waits for that thread", async () => {
  const realm = processRealm();
  const end = new Event();
  const awaited = new Thread({ target: (event: Event) => event.waitSync(), args: [end] }).start();
  const joiner = new Thread({ target: (other: Thread) => void other.joinSync(), args: [awaited] as never }).start();
  await until(() => waitOf(realm, joiner.ident!)?.thread === awaited.ident, "the join");
  assert.equal(waitOf(realm, joiner.ident!)!.handle, 0);
  end.set();
  await joiner.result();
  assert.equal(waitOf(realm, joiner.ident!), undefined);
});

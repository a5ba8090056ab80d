/** How a thread gets the modules of its target. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Thread } from "heddle/threading";
import { getEvaluatedBy } from "./fixtures/how-loaded.js";

/** Frames of Node's synchronous loader, which are below a module that `require` evaluates. */
const BY_REQUIRE = /runSync|importSyncForRequire|loadESMFromCJS/;

test("Thread: modules are linked by import(), so that terminate at that instant does not abort the process", async () => {
  const thread = new Thread({ target: getEvaluatedBy }).start();
  assert.doesNotMatch(await thread.result(), BY_REQUIRE);
});

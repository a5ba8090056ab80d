/** Makes and drops a million locks in a loop that never yields; prints what it took. */
import { Lock } from "heddle/threading";
import { processRealm } from "#heddle/memory/process-realm.js";

let last: Lock | undefined;
for (let i = 0; i < 1_000_000; i++) {
  last = new Lock();
  last.acquireSync();
}
const rss = Math.round(process.memoryUsage.rss() / 2 ** 20);
const { used } = processRealm().allocator.statistics();
console.log(JSON.stringify({ rss, used: Math.round(used / 2 ** 20), locked: last?.locked }));

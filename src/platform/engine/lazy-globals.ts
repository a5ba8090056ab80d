/**
 * Globals that Node makes when they are first read, or even asked for their descriptor: with them it loads its HTTP client,
 * its cryptography or its streams, which takes up to 30 ms and 4 MB in every thread. So nobody asks for them who does not
 * use them. Known by their names, since from outside nothing else tells them from the others (a test compares the names
 * with what the running Node loads).
 */
const LAZY =
  /^(\w*Stream|(?=\w*Stream)\w*(Reader|Writer|Request|Controller)|\w+QueuingStrategy|Performance\w*|performance|File|FormData|Headers|Request|Response|(Message|Close|Error)Event|WebSocket|EventSource|[cC]rypto|CryptoKey|SubtleCrypto|[nN]avigator|Storage|(local|session)Storage|QuotaExceededError)$/;

/** @returns whether reading the global of that name may load parts of Node */
export function isLazyGlobal(name: PropertyKey): boolean {
  return typeof name === "string" && LAZY.test(name);
}

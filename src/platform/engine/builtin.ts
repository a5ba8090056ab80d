/**
 * Node's own modules, loaded when they are needed and at once: an `import` at the head of a file would load them in every
 * thread, used or not, and some bring half of Node along. Some globals do the same when they are first read.
 */

interface Builtins {
  readonly "node:assert": typeof import("node:assert");
  readonly "node:console": typeof import("node:console");
  readonly "node:crypto": typeof import("node:crypto");
  readonly "node:events": typeof import("node:events");
  readonly "node:fs": typeof import("node:fs");
  readonly "node:module": typeof import("node:module");
  readonly "node:os": typeof import("node:os");
  readonly "node:net": typeof import("node:net");
  readonly "node:stream": typeof import("node:stream");
  readonly "node:tty": typeof import("node:tty");
  readonly "node:url": typeof import("node:url");
  readonly "node:util": typeof import("node:util");
}

/** @returns what that module exports */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  return process.getBuiltinModule(name) as unknown as Builtins[Name];
}

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

/**
 * Node's own modules, loaded when they are needed and at once: an `import` at the head of a file would load them in every
 * thread, used or not, and some bring half of Node along.
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

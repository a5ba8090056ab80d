/** Frames of stacks, shown where the program's tools say that they are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { mapForeignFrames } from "#heddle/platform/stacks/source-maps.js";

/** As test runners and loaders do it. */
function shownAs<T>(line: (file: string, at: number) => string, body: () => T): T {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (error, [frame]) =>
    `${error}\n    at ${line(frame?.getFileName() ?? "", frame?.getLineNumber() ?? 0)}`;
  try {
    return body();
  } finally {
    Error.prepareStackTrace = before;
  }
}

test("frames of the files are mapped, others are not", () => {
  const stack =
    "Error: /a/b.ts:1:2\n  at f (/a/b.ts:3:4)\n  at async /a/b.ts:5:6\n  at g (/x/a/b.ts:7:8)\n  at /a/b.ts";
  const mapped = shownAs(
    (_, line) => `f (/src (1)/b.ts:${line * 10}:1)`,
    () => mapForeignFrames(stack, ["/a/b.ts"]),
  );
  assert.match(mapped, /f \(1\)\/b\.ts:30:1\)|f \(.*:30:1\)/);
  assert.match(mapped, /async .*:50:1\n/);
  assert.match(mapped, /g \(\/x\/a\/b\.ts:7:8\)\n {2}at \/a\/b\.ts$/);
});

test("a stack takes time in proportion to its length, whatever stands in its message", () => {
  const start = performance.now();
  for (const piece of ["file:///", "/a", "(", ":1", "/a/b.ts:"]) {
    const stack = `Error: ${piece.repeat(100_000)}\n  at /a/b.ts:1:2`;
    const mapped = shownAs(
      (file, line) => `${piece.repeat(30_000)}(${file}:${line + 1}:2)`,
      () => mapForeignFrames(stack, ["/a/b.ts"]),
    );
    assert.ok(mapped.endsWith("at /a/b.ts:2:2"), piece);
  }
  assert.ok(performance.now() - start < 5000);
});

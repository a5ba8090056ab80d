/** What is known of a module from its file, and when the engine is asked instead. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { type Inspector, openInspector } from "#heddle/pickle/live/inspector.js";
import { type ScriptFile, scriptInFile } from "#heddle/pickle/live/script-file.js";
import { pack, THREAD, unpack } from "#heddle/pickle/pickle.js";

function inspectorHere(): Inspector {
  const inspector = openInspector();
  assert.ok(!(inspector instanceof Error));
  return inspector;
}

/** @returns how often `body` switched the Debugger domain on */
function switchings(body: () => void): number {
  const inspector = inspectorHere();
  inspector.stopDebugging();
  let count = 0;
  const post = inspector.post.bind(inspector);
  inspector.post = <T>(method: string, params?: object): T => {
    if (method === "Debugger.enable") count++;
    return post<T>(method, params);
  };
  try {
    body();
  } finally {
    Reflect.deleteProperty(inspector, "post");
  }
  return count;
}

/** @returns what the receiver of a packet is to import */
function importsOf(body: unknown): string[] {
  const { nodes } = body as { nodes: readonly { t: string; url?: string; name?: string }[] };
  return nodes.flatMap(({ t, url, name }) => (t === "import" ? [`${url}#${name}`] : []));
}

const factor = 3;
const times = (n: number): string => path.join("a", String(n * factor));

test("pack: the first function of a module is sent without the debugger by a caller in the same module", () => {
  const count = switchings(() => {
    const copy = unpack<typeof times>(structuredClone(pack({ times }, { to: THREAD, name: "target" }).body));
    assert.deepEqual(copy, { times });
  });
  assert.equal(count, 0);
});

describe("scriptInFile", () => {
  const here = (): unknown => path.sep + String(factor);
  const idOf = (fn: () => unknown): string => inspectorHere().inspectFunction(fn).location?.scriptId ?? "";

  test("tells address and text of a module that runs", () => {
    const found = scriptInFile(inspectorHere(), idOf(here));
    assert.equal(found?.url, import.meta.url);
    assert.equal(found.source, readFileSync(fileURLToPath(import.meta.url), "utf8"));
  });

  test("tells it of a CommonJS module", () => {
    const { callIt } = createRequire(import.meta.url)("./fixtures/calls.cjs") as {
      callIt(look: () => unknown): unknown;
    };
    const found = callIt(() => scriptInFile(inspectorHere(), idOf(callIt as () => unknown)));
    assert.equal((found as ScriptFile).url, new URL("./fixtures/calls.cjs", import.meta.url).href);
  });

  test("tells nothing of code that was evaluated, whatever address it claims", () => {
    for (const claim of ["", `//# sourceURL=${import.meta.url}`]) {
      const evaluated = (0, eval)(`(look) => look()${claim}`) as (look: () => unknown) => unknown;
      assert.equal(
        evaluated(() => scriptInFile(inspectorHere(), idOf(evaluated as () => unknown))),
        undefined,
      );
    }
  });

  test("tells nothing of a script that does not run now", () => {
    assert.equal(scriptInFile(inspectorHere(), idOf(path.join as () => unknown)), undefined);
    assert.equal(scriptInFile(inspectorHere(), "999999"), undefined);
  });

  test("leaves Error as it was", () => {
    const before = Object.getOwnPropertyDescriptors(Error);
    const errors: unknown[] = [];
    const ours = (error: Error): string => {
      errors.push(error);
      return "ours";
    };
    scriptInFile(inspectorHere(), idOf(here));
    assert.deepEqual(Object.getOwnPropertyDescriptors(Error), before);
    Error.prepareStackTrace = ours;
    try {
      assert.ok(scriptInFile(inspectorHere(), idOf(here)) !== undefined);
      assert.equal(Error.prepareStackTrace, ours);
      assert.deepEqual(errors, []);
    } finally {
      Reflect.deleteProperty(Error, "prepareStackTrace");
      if ("prepareStackTrace" in before)
        Object.defineProperty(Error, "prepareStackTrace", before.prepareStackTrace as PropertyDescriptor);
    }
  });
});

test("pack: a module whose file was changed after it was loaded is taken as it was", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-"));
  try {
    const file = path.join(folder, "module.mjs");
    const text = (of: string): string =>
      `import { ${of} as part } from "node:path";\nconst used = () => part("a/b");\n` +
      "export const send = (pack) => pack({ used });\n";
    writeFileSync(file, text("dirname"));
    const { send } = (await import(pathToFileURL(file).href)) as { send: (to: unknown) => unknown };
    writeFileSync(file, text("basename"));
    let packed: unknown;
    const count = switchings(() => {
      packed = send((value: unknown) => pack(value, { to: THREAD, name: "target" }).body);
    });
    assert.equal(count, 1);
    assert.deepEqual(importsOf(packed), ["node:path#dirname"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("pack: a module that a hook has changed on its way is taken as it runs", async () => {
  const hooks = `export async function load(url, context, next) {
    const loaded = await next(url, context);
    if (!url.endsWith("/hooked.mjs")) return loaded;
    return { ...loaded, source: String(loaded.source).replace("basename", "dirname") };
  }`;
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-"));
  try {
    writeFileSync(path.join(folder, "hooks.mjs"), hooks);
    writeFileSync(
      path.join(folder, "hooked.mjs"),
      'import { basename as part } from "node:path";\nconst used = () => part("a/b");\nexport const send = (pack) => pack({ used });\n',
    );
    const entry = new URL("./fixtures/hooked-worker.js", import.meta.url);
    const worker = new Worker(fileURLToPath(entry), { workerData: pathToFileURL(folder).href });
    const said = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    assert.deepEqual(said, ["node:path#dirname"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What an editor offers on objects and classes of the library, and in their options: what is public, and nothing else. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import * as heddle from "heddle";
import { completionsAt } from "./rig/language-service.js";
import { exportsOf, type Member, modules } from "./rig/public-api.js";

/** Where completions are asked for. */
const HERE = "/*here*/";

type AnyClass = abstract new (...args: never[]) => object;

interface PublicClass {
  readonly module: string;
  readonly name: string;
  readonly isError: boolean;
  readonly members: readonly Member[];
}

const classNamed = (module: string, name: string): AnyClass =>
  (heddle as unknown as Record<string, Record<string, AnyClass>>)[module]![name]!;

const classes: readonly PublicClass[] = modules.flatMap((module) =>
  exportsOf(module)
    .filter(({ kind }) => kind === "class" || kind === "error")
    .map(({ name, members }) => ({
      module,
      name,
      isError: classNamed(module, name).prototype instanceof Error,
      members,
    })),
);

/** Members are listed with the class that has them: those of exported classes that it derives from belong to it as well. */
function membersOf({ module, name }: PublicClass): string[] {
  const all: string[] = [];
  for (
    let each = classNamed(module, name);
    each.prototype !== undefined;
    each = Object.getPrototypeOf(each) as AnyClass
  )
    for (const one of classes) if (one.name === each.name) all.push(...one.members.map((member) => member.name));
  return all;
}

const OF_OBJECTS = ["Symbol", "toString", "toJSON", "valueOf", "toLocaleString"];
const OF_ERRORS = ["name", "message", "stack", "cause"];
const OF_STRUCTS = ["field"];
const OF_FUNCTIONS = Object.getOwnPropertyNames(Function.prototype).concat("prototype", "Symbol");
const OF_ERROR_CLASSES = ["captureStackTrace", "prepareStackTrace", "stackTraceLimit", "isError"];

const isWord = (label: string): boolean => /^\w+$/.test(label);

const OF_POOLS =
  "processes minWorkers maxWorkers name initializer initargs maxTasksPerChild maxQueue maxMemory idleTimeout resourceLimits grace";
const OF_EXECUTORS = "maxWorkers initializer initargs maxTasksPerChild idleTimeout grace";

/** Calls with options, and the names that there are. */
const OPTIONS: Readonly<Record<string, string>> = {
  "new threading.Thread({ HERE })": "target args name daemon resourceLimits transfer",
  "new threading.Thread().terminate({ HERE })": "grace",
  "new threading.Lock().acquire({ HERE })": "blocking timeout signal",
  "new threading.Lock().acquireSync({ HERE })": "blocking timeout",
  "new threading.Lock().withLock(() => 1, { HERE })": "timeout signal recover",
  "new threading.Event().wait({ HERE })": "timeout signal",
  "new queue.Queue(1).put(1, { HERE })": "block timeout signal transfer",
  "new queue.Queue(1).getSync({ HERE })": "block timeout",
  "new multiprocessing.Pool({ HERE })": `${OF_POOLS} inspectPort`,
  "new multiprocessing.ThreadPool({ HERE })": OF_POOLS,
  "new multiprocessing.Process({ HERE })": "target args name daemon inspectPort onMessage",
  "new multiprocessing.Pool(1).map(() => 1, [1], { HERE })":
    "chunkSize bufferSize onProgress timeout signal taskTimeout retries priority",
  "new multiprocessing.Pool(1).with({ HERE })": "timeout signal taskTimeout retries priority transfer",
  "new futures.ThreadPoolExecutor({ HERE })": `${OF_EXECUTORS} threadNamePrefix`,
  "new futures.ProcessPoolExecutor({ HERE })": `${OF_EXECUTORS} name`,
  "new futures.ThreadPoolExecutor().shutdown({ HERE })": "wait cancelFutures",
  "new multiprocessing.Pool(1).close({ HERE })": "grace",
  "asyncio.run(() => 1, { HERE })": "cleanupTimeout name signals unretrieved",
  "asyncio.createTask(() => 1, { HERE })": "name eager context",
  "asyncio.TaskGroup.open({ HERE })": "name",
  'new shared.SharedDict<number>().setDefault("k", () => 1, { HERE })': "timeout signal",
  'new shared.SharedDict<number>().setDefaultSync("k", () => 1, { HERE })': "timeout",
};

/** Those that no `new` makes. */
const TYPES: Readonly<Record<string, string>> = {
  AsyncResult: "multiprocessing.AsyncResult<unknown>",
  ResultIterator: "multiprocessing.ResultIterator<unknown>",
  Task: "asyncio.Task<unknown>",
  TaskGroup: "asyncio.TaskGroup",
  Struct: 'InstanceType<ReturnType<typeof shared.struct<{ field: "i32" }>>>',
};

const PROGRAM = [
  ...modules.map((module) => `import * as ${module} from "heddle/${module}";`),
  ...classes.map(
    ({ module, name }, i) => `declare const c${i}: ${TYPES[name] ?? `InstanceType<typeof ${module}.${name}>`};`,
  ),
  ...classes.flatMap(({ module, name }, i) => [`c${i}.${HERE};`, `${module}.${name}.${HERE};`]),
  ...Object.keys(OPTIONS).map((call) => `${call.replace("HERE", HERE)};`),
].join("\n");

describe("completions", () => {
  let offered: string[][] = [];
  before(async () => {
    offered = await completionsAt(PROGRAM, HERE);
  });

  for (const [i, one] of classes.entries())
    test(`${one.module}.${one.name}: its objects offer their public members, and so does it`, () => {
      const members = membersOf(one);
      const statics = members.filter((name) => /^\w+\.\w+$/.test(name)).map((name) => name.split(".")[1]!);
      const own = members.filter((name) => isWord(name) && name !== "new");
      const [ofObject, ofClass] = [offered[2 * i]!, offered[2 * i + 1]!];
      const allowed = [
        ...own,
        ...OF_OBJECTS,
        ...(one.isError ? OF_ERRORS : []),
        ...(one.name === "Struct" ? OF_STRUCTS : []),
      ];
      const allowedOfClass = [...statics, ...OF_FUNCTIONS, ...(one.isError ? OF_ERROR_CLASSES : [])];
      assert.deepEqual(
        ofObject.filter((label) => isWord(label) && !allowed.includes(label)),
        [],
      );
      assert.deepEqual(
        ofClass.filter((label) => isWord(label) && !allowedOfClass.includes(label)),
        [],
      );
      for (const name of own) assert.ok(ofObject.includes(name), `${name} is not offered`);
      for (const name of statics) assert.ok(ofClass.includes(name), `${name} is not offered`);
    });

  for (const [i, [call, names]] of Object.entries(OPTIONS).entries())
    test(`${call.replace("HERE", "...")} offers its options`, () => {
      const found = offered[2 * classes.length + i]!;
      assert.deepEqual(found.filter(isWord).sort(), names.split(" ").sort());
    });
});

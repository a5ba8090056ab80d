// What every program of this folder does: runs its functions in a thread and in a process, and compares with home.
import assert from "node:assert/strict";
import { Pool, ThreadPool } from "heddle/multiprocessing";
import { PickleError } from "heddle/pickle";

/** Longest time for one function, in milliseconds. */
const LIMIT = 30_000;

/** How often a captured value is sent again to see what one more call costs. */
const AGAIN = 15;

const [name, times] = process.argv.slice(2);
const WHERE = { thread: () => new ThreadPool(1), process: () => new Pool(1) };

/** What the library itself has to say about a program that does nothing wrong. */
const warnings = [];
process.on("warning", ({ code, message }) => String(code).startsWith("HEDDLE_") && warnings.push(message));

/**
 * @param {object} given what a user would send
 * @param given.item what `used`, `captured` and `error` are called with, and `make` of `result`
 * @param given.used uses the package that the program imports; returns plain data, as all that follow
 * @param given.captured uses a value of the package that is in a variable of the program
 * @param given.argument `[value, use]`: a value of the package is the argument of `use`
 * @param given.result `[make, use]`: `make` returns a value of the package, `use` says at home what it is
 * @param given.error throws an error class of the package's own; `[fn, isIt]` where that has another way to say what is one
 * @param given.refused what the refusal must say, for each of the five that cannot travel at all: `{ captured: "make it ..." }`
 */
export async function check(given) {
  const { item, used, captured, argument, result, error, refused = {} } = given;
  const checks = {
    used: used && ((pool) => same(pool, used, item)),
    captured: captured && ((pool) => same(pool, captured, item)),
    argument: argument && ((pool) => sameArgument(pool, ...argument)),
    result: result && ((pool) => sameResult(pool, ...result, item)),
    error: error && ((pool) => sameError(pool, [error].flat(), item)),
  };
  for (const [where, start] of Object.entries(WHERE)) {
    const pool = start();
    await pool.map((n) => n, [item]);
    for (const [kind, run] of Object.entries(checks)) if (run) await say(kind, where, run(pool), refused[kind]);
    await pool.terminate();
  }
  if (times) await measure(given);
}

async function say(kind, where, running, refused) {
  warnings.length = 0;
  const error = await within(running).then(
    () => null,
    (error) => error,
  );
  // A warning is told a moment later.
  await new Promise((resolve) => setImmediate(resolve));
  const [outcome, message] = judge(error, refused);
  console.log(JSON.stringify({ kind, where, outcome, message }));
}

function judge(error, refused) {
  if (error === null && warnings.length > 0) return ["wrong", `it warned: ${warnings[0]}`];
  if (error === null) return refused ? ["wrong", "it was not refused"] : ["yes", ""];
  if (refused && error instanceof PickleError && error.message.includes(refused)) return ["refused", refused];
  return ["wrong", `${error.name}: ${error.message}`];
}

function within(running) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${LIMIT} ms`)), LIMIT);
  });
  return Promise.race([running, late]).finally(() => clearTimeout(timer));
}

async function same(pool, fn, item) {
  assert.deepStrictEqual((await pool.map(fn, [item]))[0], await fn(item));
}

/** The value does there what it does here, and is still of its class when it comes back. */
async function sameArgument(pool, value, use) {
  assert.deepStrictEqual((await pool.map(use, [value]))[0], await use(value));
  sameClass((await pool.map((argument) => argument, [value]))[0], value);
}

/** It is of the class known here, unless the package makes a class for each value. */
async function sameResult(pool, make, use, item) {
  const [home, another, [away]] = [await make(item), await make(item), await pool.map(make, [item])];
  assert.deepStrictEqual(await use(away), await use(home));
  if (Object.getPrototypeOf(home) === Object.getPrototypeOf(another)) sameClass(away, home);
}

async function sameError(pool, [fn, isIt], item) {
  const home = await caught(fn, item);
  const away = await pool.map(fn, [item]).then(assert.fail, (error) => error);
  if (away instanceof PickleError) throw away;
  if (isIt === undefined) sameClass(away, home, `${away}`);
  else assert.deepStrictEqual([isIt(away), isIt(home)], [true, true]);
  assert.deepStrictEqual([away.name, away.message], [home.name, home.message]);
  const fields = (error) => Object.keys(error).filter((key) => key !== "stack");
  assert.deepStrictEqual(fields(away).sort(), fields(home).sort());
  assert.match(away.stack, /\n {4}at /);
}

function sameClass(away, home, what = "what came back") {
  const [got, meant] = [Object.getPrototypeOf(away), Object.getPrototypeOf(home)];
  if (got !== meant) assert.fail(`${what} is not of the class known here: ${got?.constructor?.name}`);
}

async function caught(fn, item) {
  try {
    await fn(item);
  } catch (error) {
    return error;
  }
  return assert.fail("it threw nothing at home");
}

/** What the first call costs beside loading the package, and each call with a captured value after the first. */
async function measure({ item, used, captured }) {
  const pool = new ThreadPool(1);
  await pool.map((n) => n + 1, [1]);
  const first = await timed(() => pool.map(used, [item]));
  const other = new ThreadPool(1);
  await other.map((n) => n + 1, [1]);
  const loading = await timed(() => other.map((specifier) => import(specifier).then(() => 0), [name]));
  let next = null;
  if (captured) {
    await pool.map(captured, [item]).catch(() => null);
    const taken = [];
    for (let i = 0; i < AGAIN; i++) taken.push(await timed(() => pool.map(captured, [item]).catch(() => null)));
    next = taken.sort((a, b) => a - b)[AGAIN >> 1];
  }
  await pool.terminate();
  await other.terminate();
  console.log(JSON.stringify({ kind: "times", first, loading, next }));
}

async function timed(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

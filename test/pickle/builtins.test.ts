/** What Node's own modules export goes by name, also behind getters, on prototypes, and what one of their functions has made. */
import assert from "node:assert/strict";
import { exec, execFile } from "node:child_process";
import nodeCrypto from "node:crypto";
import events, { EventEmitter } from "node:events";
import fs from "node:fs";
import path from "node:path";
import stream from "node:stream";
import { test } from "node:test";
import timers from "node:timers";
import { callbackify, promisify } from "node:util";
import { bothWays } from "./both-ways.js";

const here = process.execPath;
const { readFile, stat } = fs.promises;
const { opendir } = fs;
const { subtle } = nodeCrypto;
const { crypto, performance } = globalThis;
const { pipeline } = stream.promises;
const { setTimeout: later } = timers.promises;
const { once, errorMonitor } = events;
const { join } = path.posix;
const { bigint } = process.hrtime;
const emit = EventEmitter.prototype.emit;
const digest = subtle.digest.bind(subtle);

const openFile = promisify(fs.open);
const run = promisify(execFile);
const shell = promisify(exec);
const wait = promisify(setTimeout);
const add = promisify((a: number, b: number, done: (error: null, sum: number) => void) => done(null, a + b));
const back = callbackify(async (n: number) => n + 1);

bothWays(({ same, call }) => {
  test("functions and objects behind getters of modules", async () => {
    await same(async () => (await stat(here)).isFile());
    await same(() => [readFile.name, opendir.name, pipeline.name, join("a", "b"), typeof bigint()]);
    await same(async () => new Uint8Array(await subtle.digest("SHA-256", new Uint8Array(3))));
    await same(async () => (await digest("SHA-1", new Uint8Array(3))).byteLength);
    await same(() => [crypto.randomUUID().length, performance.now() > 0]);
    await same(async () => (await later(1, "value")) + typeof once);
    assert.equal(await call(async () => (await import("node:fs")).promises.readFile === readFile), true);
    assert.equal(await call(async () => (await import("node:crypto")).subtle === subtle), true);
  });

  test("methods of their classes, and symbols", async () => {
    assert.equal(await call(async () => (await import("node:events")).EventEmitter.prototype.emit === emit), true);
    assert.equal(await call(async () => (await import("node:events")).errorMonitor === errorMonitor), true);
  });

  test("what promisify and callbackify have made of a function, of Node's or the program's", async () => {
    await same(async () => typeof (await openFile(here, "r")));
    await same(async () => (await run(here, ["-p", "1 + 1"])).stdout);
    await same(async () => (await shell("echo said")).stdout);
    await same(async () => wait(1, "value"));
    await same(async () => add(2, 3));
    await same(async () => new Promise((resolve) => back(4, (_: unknown, n: number) => resolve(n))));
    await same(() => [openFile.name, add.length]);
  });

  test("a promisified function keeps what the program has put on it", async () => {
    const noted = Object.assign(promisify(fs.open), { note: { deep: [1] } });
    await same(() => noted.note.deep);
  });
});

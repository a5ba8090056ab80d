/** Where the Python tutorial is wrong or vague, our own must say it right: docs/tutorial.md is what is tested here. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pageText } from "../rig/docs.js";

/** The page with line breaks and markup taken out, so that a sentence can be looked for. */
const page = pageText("docs/tutorial.md").replaceAll(/[*`]/g, "").replaceAll(/\s+/g, " ");

const says = (...sentences: RegExp[]): void => {
  for (const sentence of sentences) assert.match(page, sentence);
};
const doesNotSay = (...sentences: RegExp[]): void => {
  for (const sentence of sentences) assert.doesNotMatch(page, sentence);
};

test("S2.5 tutorial: main exits first only in the variant without join", () => {
  says(
    /with the join, main's line comes last/i,
    /without the join, main's line comes first/i,
    /02b-daemon-without-join\.ts/,
  );
  doesNotSay(/we did not use a join method in any thread/i);
});

test("S4.1 tutorial: a race need not show itself, and on current CPython this one does not", () => {
  says(/a race need not show/i, /CPython 3\.10/);
  doesNotSay(/every time we execute this program, we will get a different value/i);
});

test("S5.5 tutorial: what a lock is made of is an implementation detail, here Atomics on shared memory", () => {
  says(/implementation detail/i, /Atomics/);
  doesNotSay(/a semaphore object provided by the operating system/i);
});

test("S5.7 tutorial: the timeout bounds the waiting, a guard releases but prevents no deadlock", () => {
  says(/bounds the waiting, not the holding/i, /does not by itself prevent/i);
  doesNotSay(/a timeout for a resource to hold a lock/i);
});

test("S6.9 tutorial: the class has one name in text and code", () => {
  says(/MyWorker/);
  doesNotSay(/MyThread/);
});

test("S8.7 tutorial: pool and process differ in reuse, not in how they wait for I/O", () => {
  says(/no difference in how they wait for I\/O/i, /a process that has ended does not stay in memory/i);
  doesNotSay(/processes block on I\/O/i, /all created processes stay in memory/i);
});

test("S8.8 tutorial: when to use a pool is given as advice", () => {
  says(/advice, not a rule/i, /many items/i);
});

test("S9.6 tutorial: an async function starts when it is called, a coroutine when it is awaited", () => {
  says(/starts at once when it is called/i, /a Python coroutine .* when it is awaited/i);
});

/** Programs 1 to 3: threads and daemon threads. */
import assert from "node:assert/strict";
import { arriveAt, type Expectation, endsWell, linesInOrder, sameLines, takes, texts, wholeLines } from "./expect.js";
import type { Line } from "./program.js";

/** Milliseconds between the first and the last line. */
const span = (lines: readonly Line[]): number => (lines.at(-1)?.at ?? 0) - (lines[0]?.at ?? 0);

const threads: Expectation = {
  program: "01-threads",
  heading: "Threads: three threads, two functions",
  checks: [
    {
      id: "S1.1",
      says: "three lines, one of each thread",
      check: (run) => sameLines(run.lines, ["Th 3: Good morning", "Th 1: Hello", "Th 2: Hello"]),
    },
    {
      id: "S1.2",
      says: "Th 3 first, after 1 s; the others after 2 s",
      check: (run) => {
        assert.equal(run.lines[0]?.text, "Th 3: Good morning");
        arriveAt(run.lines.slice(0, 1), 1000, "threads", run);
        arriveAt(run.lines.slice(1), 2000, "threads", run);
      },
    },
    {
      id: "S1.3",
      says: "Th 1 and Th 2 in either order",
      check: (run) => sameLines(run.lines.slice(1), ["Th 1: Hello", "Th 2: Hello"]),
    },
    {
      id: "S1.4",
      says: "the sleeps overlap: 2 s in all, not 5",
      check: (run) => {
        takes("The end", run.wall, 2000, "threads", run);
        // Without overlap the first and the last line would be 3 s apart, however long the start took.
        assert.ok(span(run.lines) < 2000, `the sleeps did not overlap: ${span(run.lines).toFixed(0)} ms`);
      },
    },
    {
      id: "S1.6",
      says: "two threads share a function, the third has an argument",
      check: (run) => {
        const messages = texts(run.lines).map((text) => text.replace(/^Th \d: /, ""));
        assert.deepEqual(messages, ["Good morning", "Hello", "Hello"]);
      },
    },
    { id: "S1.8", says: "every line is whole", check: wholeLines },
  ],
};

const NON_DAEMON = "Non-Daemon Thread: Hello from non-daemon";
const DAEMON = "Daemon Thread: Hello from daemon";
const EXITING = "Exiting the main program";

const daemon: Expectation = {
  program: "02-daemon",
  heading: "Daemon threads: cut off at the end of the program",
  checks: [
    {
      id: "S2.1",
      says: "two lines, the thread's before main's",
      check: (run) => linesInOrder(run.lines, [NON_DAEMON, EXITING]),
    },
    {
      id: "S2.2",
      says: "no word from the daemon; the end comes after 1 s, not 3",
      check: (run) => {
        assert.ok(!run.stdout.includes("Hello from daemon"), "the daemon was not cut off");
        takes("The end", run.wall, 1000, "threads", run);
        // The daemon would be done 2 s after the other thread, however long the start took.
        assert.ok(run.wall - (run.lines[0]?.at ?? 0) < 2000, "the program waited for its daemon");
      },
    },
    { id: "S2.3", says: "exit code 0, nothing on stderr", check: endsWell },
    {
      id: "S2.4",
      says: "a name keeps its spaces and its hyphen",
      check: (run) => assert.ok(run.stdout.startsWith("Non-Daemon Thread: ")),
    },
  ],
};

const daemonWithoutJoin: Expectation = {
  program: "02b-daemon-without-join",
  heading: "Daemon threads, without a join: what the tutorial's prose describes",
  checks: [
    {
      id: "S2.5",
      says: "main's line first; the program still waits for the non-daemon thread, not for the daemon",
      check: (run) => {
        linesInOrder(run.lines, [EXITING, NON_DAEMON]);
        takes("Main's line", run.lines[0]?.at ?? 0, 0, "threads", run);
        arriveAt(run.lines.slice(1), 1000, "threads", run);
        endsWell(run);
      },
    },
    {
      id: "S2.6",
      says: "the daemon ends as soon as the non-daemon thread has finished",
      check: (run) => takes("The end", run.wall - (run.lines.at(-1)?.at ?? 0), 0, "threads", run),
    },
  ],
};

const daemonShorter: Expectation = {
  program: "03-daemon-shorter",
  heading: "Daemon threads: done before the others",
  checks: [
    {
      id: "S3.1",
      says: "three lines in order, after 3, 5 and 5 s",
      check: (run) => {
        linesInOrder(run.lines, [DAEMON, NON_DAEMON, EXITING]);
        arriveAt(run.lines.slice(0, 1), 3000, "threads", run);
        arriveAt(run.lines.slice(1), 5000, "threads", run);
        takes("The end", run.wall, 5000, "threads", run);
      },
    },
    {
      id: "S3.2",
      says: "with 5 s in the other thread the daemon is heard too",
      check: (run) => assert.ok(texts(run.lines).includes(DAEMON)),
    },
  ],
};

export const threadExpectations: readonly Expectation[] = [threads, daemon, daemonWithoutJoin, daemonShorter];

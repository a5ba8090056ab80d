/**
 * Random graphs of objects and closures look the same here, in a thread and in a process. What comes back is not compared:
 * at home the original functions stand in for their copies, and these hold the original data.
 * HEDDLE_SEED=N repeats a run, HEDDLE_SOAK=N sets the number of graphs.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprint, randomGraph, randomNumbers } from "./random-values.js";
import { Away } from "./rig.js";

const seed = Number(process.env["HEDDLE_SEED"] ?? Date.now() % 1e9);
const rounds = Number(process.env["HEDDLE_SOAK"] ?? 60);

for (const to of ["thread", "process"] as const) {
  test(`random graphs and closures, and a ${to}`, async (t) => {
    t.diagnostic(`HEDDLE_SEED=${seed}`);
    const away = new Away(to);
    try {
      for (let round = 0; round < rounds; round++) {
        const graph = randomGraph(randomNumbers(seed + round), 2 + (round % 40));
        const home = fingerprint(graph);
        const hint = `HEDDLE_SEED=${seed + round} HEDDLE_SOAK=1`;
        assert.equal(await away.call(fingerprint, [graph]), home, hint);
      }
    } finally {
      await away[Symbol.asyncDispose]();
    }
  });
}

/**
 * What a task costs, beside Python's asyncio in the same run. Prints JSON: nanoseconds of CPU time per operation, the
 * least of the rounds, since the machine may be shared; `ratio` is Python's figure by ours. CPU time includes the
 * collector's threads. `python` is null where there is no python3.
 *
 *   node build/bench/asyncio.js [rounds]
 */
import { spawnSync } from "node:child_process";
import os from "node:os";
import { createTask, gather, run, sleep, TaskGroup, timeout } from "heddle/asyncio";

const rounds = Number(process.argv[2] ?? 5);
const TASKS = 100_000;

const workloads: Record<string, { python: string; heddle: () => Promise<unknown> }> = {
  "createTask + await, 100,000 one at a time": {
    python: "for i in range(N): await asyncio.create_task(one())",
    heddle: async () => {
      for (let n = 0; n < TASKS; n++) await createTask(async () => n);
    },
  },
  "100,000 tasks in a TaskGroup, all live": {
    python: "async with asyncio.TaskGroup() as g:\n    for i in range(N): g.create_task(one())",
    heddle: () =>
      TaskGroup.run((group) => {
        for (let n = 0; n < TASKS; n++) group.createTask(async () => n);
      }),
  },
  "gather of 100,000 sleep(0)": {
    python: "await asyncio.gather(*(asyncio.sleep(0) for _ in range(N)))",
    heddle: () => gather(Array.from({ length: TASKS }, () => () => sleep(0))),
  },
  "gather of 100,000 sleep(1 ms)": {
    python: "await asyncio.gather(*(asyncio.sleep(0.001) for _ in range(N)))",
    heddle: () => gather(Array.from({ length: TASKS }, () => () => sleep(1))),
  },
  "100,000 sleep(0) in one task": {
    python: "for i in range(N): await asyncio.sleep(0)",
    heddle: async () => {
      for (let n = 0; n < TASKS; n++) await sleep(0);
    },
  },
  "100,000 timeout() around a trivial call": {
    python: "for i in range(N):\n    async with asyncio.timeout(60): await one()",
    heddle: async () => {
      for (let n = 0; n < TASKS; n++) await timeout(60_000, async () => n);
    },
  },
  "cancel 100,000 sleeping tasks": {
    python:
      "ts = [asyncio.create_task(asyncio.sleep(60)) for _ in range(N)]\n  await asyncio.sleep(0)\n  for t in ts: t.cancel()\n  await asyncio.wait(ts)",
    heddle: () =>
      TaskGroup.run(async (group) => {
        for (let n = 0; n < TASKS; n++) group.createTask(() => sleep(60_000));
        await sleep(0);
        group.cancel();
      }),
  },
};

function pythonProgram(body: string): string {
  return `
import asyncio, time
N = ${TASKS}
async def one(): return 1
async def main():
  ${body}
best = 1e18
for _ in range(${rounds}):
  begin = time.process_time()
  asyncio.run(main())
  best = min(best, time.process_time() - begin)
print(round(best * 1e9 / N))
`;
}

function measurePython(body: string): number | null {
  const { status, stdout } = spawnSync("python3", ["-c", pythonProgram(body)], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : null;
}

async function measureHeddle(work: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const begin = process.cpuUsage();
    await run(work);
    const { user, system } = process.cpuUsage(begin);
    best = Math.min(best, ((user + system) * 1000) / TASKS);
  }
  return Math.round(best);
}

const rows = [];
for (const [workload, { python, heddle }] of Object.entries(workloads)) {
  const [ours, theirs] = [await measureHeddle(heddle), measurePython(python)];
  rows.push({ workload, heddle: ours, python: theirs, ratio: theirs && Number((theirs / ours).toFixed(1)) });
}
const version = spawnSync("python3", ["--version"], { encoding: "utf8" }).stdout?.trim() ?? null;
const machine = { node: process.version, python: version, cpu: os.cpus()[0]?.model, cores: os.cpus().length };
console.log(JSON.stringify({ unit: "ns of CPU time per operation", rounds, ...machine, rows }, null, 2));

/** examples/server.ts: it answers while it computes, and stops computing for whoever has left. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

const file = path.resolve(import.meta.dirname, "../../examples/server.js");

/** A number that keeps a worker busy for longer than any test waits. */
const ENDLESS = Number.MAX_SAFE_INTEGER;

interface Status {
  readonly running: number;
  readonly answered: number;
  readonly left: number;
  readonly late: number;
}

class Running {
  #child: ChildProcess | undefined;
  #url = "";

  async start(...args: readonly string[]): Promise<void> {
    const child = spawn(process.execPath, [file, "--port", "0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    const [line] = (await once(child.stdout!.setEncoding("utf8"), "data")) as [string];
    this.#url = /http:\S+/.exec(line)?.[0] ?? "";
  }

  async get(where: string, signal?: AbortSignal): Promise<{ code: number; body: Record<string, unknown> }> {
    const response = await fetch(this.#url + where, { signal: signal ?? null });
    return { code: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async status(): Promise<Status> {
    return (await this.get("/status")).body as unknown as Status;
  }

  /** Waits until what the server says of itself is so. */
  async until(holds: (status: Status) => boolean): Promise<void> {
    while (!holds(await this.status())) await sleep(5);
  }

  /** @returns exit code, or the signal that ended it */
  async stop(signal: NodeJS.Signals): Promise<number | string | null> {
    const child = this.#child!;
    if (child.exitCode !== null) return child.exitCode;
    child.kill(signal);
    const [code, by] = (await once(child, "exit")) as [number | null, string | null];
    return code ?? by;
  }
}

describe("the server of the examples", () => {
  const server = new Running();
  before(() => server.start("--workers", "1"));
  after(() => server.stop("SIGKILL"));

  test("answers, and says what it does not understand", async () => {
    assert.deepEqual(await server.get("/primes?below=100"), { code: 200, body: { below: 100, count: 25 } });
    assert.equal((await server.get("/primes?below=much")).code, 400);
    assert.equal((await server.get("/")).code, 404);
  });

  test("stops the only worker when the client leaves; others get their answers", async () => {
    const { left } = await server.status();
    const client = new AbortController();
    const leaves = assert.rejects(server.get(`/primes?below=${ENDLESS}`, client.signal), { name: "AbortError" });
    await server.until(({ running }) => running === 1);
    const waits = server.get("/primes?below=1000");
    await server.until(({ running }) => running === 2);
    client.abort();
    await leaves;
    assert.deepEqual(await waits, { code: 200, body: { below: 1000, count: 168 } });
    await server.until((status) => status.left === left + 1 && status.running === 0);
  });

  test("ends on SIGTERM when all have their answers", async () => {
    await server.get("/primes?below=10");
    assert.equal(await server.stop("SIGTERM"), 0);
  });
});

test("what takes too long is stopped, and said", async () => {
  const server = new Running();
  await server.start("--workers", "1", "--limit", "500");
  try {
    const { code, body } = await server.get(`/primes?below=${ENDLESS}`);
    assert.deepEqual([code, body["error"]], [503, "that takes too long"]);
    assert.equal((await server.status()).late, 1);
    // The worker that takes its place may need longer than that on a busy machine.
    while ((await server.get("/primes?below=10")).code !== 200);
  } finally {
    await server.stop("SIGKILL");
  }
});

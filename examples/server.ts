/**
 * An HTTP server with something to compute: how many primes there are below a number. A pool does that, so the server answers
 * others meanwhile. It stops when the client leaves or when it takes too long, even in the middle of a loop that never yields,
 * and the worker serves the next one.
 *
 *   node build/examples/server.js [--port 8080] [--workers n] [--limit ms]
 *   curl 'localhost:8080/primes?below=1000000'
 *
 * /status says what was done. SIGINT and SIGTERM: whoever waits gets an answer, nobody new is let in.
 */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { CancelledError, ThreadPool, TimeoutError } from "heddle/multiprocessing";

/** The work. It runs in a thread of the pool; what it calls goes with it. */
function countPrimes(below: number): number {
  let count = 0;
  for (let n = 2; n < below; n++) if (isPrime(n)) count++;
  return count;
}

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}

/** What became of the requests so far, and how many are being worked at. */
const status = { running: 0, answered: 0, left: 0, late: 0 };

/** @returns a signal that is aborted when the client goes away before it has its answer */
function departure(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) controller.abort(new Error("the client has left"));
  });
  return controller.signal;
}

function answer(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}

async function primes(response: ServerResponse, below: number, pool: ThreadPool, timeout: number): Promise<void> {
  const signal = departure(response);
  status.running++;
  try {
    const count = await pool.with({ signal, timeout }).run(countPrimes, below);
    status.answered++;
    answer(response, 200, { below, count });
  } catch (error) {
    refuse(response, error, signal);
  } finally {
    status.running--;
  }
}

/** Says what came instead of a result, to whoever still listens. */
function refuse(response: ServerResponse, error: unknown, signal: AbortSignal): void {
  if (signal.aborted) {
    status.left++;
  } else if (error instanceof TimeoutError) {
    status.late++;
    answer(response, 503, { error: "that takes too long" });
  } else if (error instanceof CancelledError) {
    answer(response, 503, { error: "the server is closing" });
  } else {
    // A WorkerLostError, for instance: it costs this request alone.
    console.error(error);
    answer(response, 500, { error: "that went wrong" });
  }
}

function serve(pool: ThreadPool, timeout: number): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const below = Number(url.searchParams.get("below"));
    if (url.pathname === "/status") answer(response, 200, status);
    else if (url.pathname !== "/primes") answer(response, 404, { error: "there are /primes?below=N and /status" });
    else if (!Number.isSafeInteger(below) || below < 1)
      answer(response, 400, { error: "below: an integer, 1 or more" });
    else void primes(response, below, pool, timeout);
  });
}

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    workers: { type: "string", default: String(availableParallelism()) },
    limit: { type: "string", default: "30000" },
  },
});
const pool = new ThreadPool(Number(values.workers));
const server = serve(pool, Number(values.limit));
server.listen(Number(values.port), "localhost", () => {
  console.log(`listening on http://localhost:${(server.address() as AddressInfo).port}`);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    server.close();
    pool.close();
    await pool.join();
    server.closeAllConnections();
  });
}

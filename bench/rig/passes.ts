/**
 * What a turn costs when it is compiled and nobody else is at the machine: the fastest of five passes. The first one
 * pays for the compiler, and on a shared machine any one may be interrupted. sync.py counts likewise.
 */
const PASSES = 5;

/** @returns nanoseconds per turn of the fastest pass; the body makes that many turns */
export async function fastestPass(turns: number, body: (turns: number) => void | Promise<void>): Promise<number> {
  await body(turns / 10);
  let fastest = Infinity;
  for (let pass = 0; pass < PASSES; pass++) {
    const begin = performance.now();
    await body(turns);
    fastest = Math.min(fastest, performance.now() - begin);
  }
  return (fastest / turns) * 1e6;
}

/** How many turns `fastestPass` makes in all. */
export function allTurns(turns: number): number {
  return turns / 10 + PASSES * turns;
}

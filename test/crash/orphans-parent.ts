/** A program with children; prints their pids as one line of JSON once they run. */
import { Pool, Process } from "heddle/multiprocessing";

const busy = (): void => {
  process.stderr.write("");
  for (;;);
};
const idle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60_000));

const kind = process.argv[2];
if (kind === "pool") {
  const pool = new Pool(2);
  const pids = await pool.map(() => process.pid, [1, 2, 3, 4]);
  console.log(JSON.stringify([...new Set(pids)]));
  await pool.map(idle, [1, 2]);
} else {
  const child = new Process({ target: kind === "busy" ? busy : idle, daemon: kind === "daemon" }).start();
  console.log(JSON.stringify([child.pid]));
  if (kind !== "daemon") await child.join();
}

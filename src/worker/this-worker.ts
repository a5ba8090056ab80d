/** What the code of a child process may know about itself. */
let ownName: string | undefined;

/** The boot file tells what its starter called it. */
export function nameThisWorker(name: string): void {
  ownName = name;
}

/** @returns the name that the starter gave this process; undefined in a process that heddle has not started */
export function thisWorkerName(): string | undefined {
  return ownName;
}

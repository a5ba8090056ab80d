/**
 * What a terminal sends to the whole group of processes. What to do about it is decided by the program, whose main process
 * hears it as well: without a listener it dies of it, and its processes with it.
 */
export const OF_THE_TERMINAL: readonly NodeJS.Signals[] =
  process.platform === "win32" ? ["SIGINT"] : ["SIGINT", "SIGQUIT", "SIGHUP"];

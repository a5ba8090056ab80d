/** Whether modules are loaded by others than Node: by loaders, as `--import tsx` installs, or by jest. */

const FLAG = /^(-r|--require|--import|--loader|--experimental-loader)(=|$)/;

let found: boolean | undefined;

/**
 * There, `require` may give another copy of a module than `import` did.
 *
 * @returns whether that is so in this thread
 */
export function hasLoaders(): boolean {
  found ??= process.env["JEST_WORKER_ID"] !== undefined || flags().some((flag) => FLAG.test(flag));
  return found;
}

function flags(): string[] {
  return [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(" ")];
}

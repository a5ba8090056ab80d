/** Whether the program runs with loaders, as `--import tsx` installs. */

const FLAG = /^(-r|--require|--import|--loader|--experimental-loader)(=|$)/;

let found: boolean | undefined;

/**
 * Under a loader `require` may give another copy of a module than `import` did.
 *
 * @returns whether this thread was started with one
 */
export function hasLoaders(): boolean {
  found ??= [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(" ")].some((flag) => FLAG.test(flag));
  return found;
}

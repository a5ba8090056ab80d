/** Which package a file belongs to. */

const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\//;

/** @returns the folder of the installed package that the module at `url` is a part of; empty for the program's own modules */
export function packageOf(url: string): string {
  return PACKAGE.exec(url)?.[0] ?? "";
}

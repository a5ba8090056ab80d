/** Faults of memory pages: how much of the memory of buffers comes from the kernel, and not from what was freed before. */
import { detach } from "#heddle/platform/engine/detach.js";

const MEGABYTE = 1 << 20;
const BUFFERS = 40;
/** Pages of the buffers that `faultsOf` makes. */
export const PAGES = (BUFFERS * MEGABYTE) / 4096;

interface Report {
  readonly header: { readonly glibcVersionRuntime?: string };
}

/** Options of a test about what only glibc does. */
export const onGlibc = {
  skip: (process.report.getReport() as unknown as Report).header.glibcVersionRuntime === undefined,
};

/**
 * Makes buffers of a megabyte, writes into them and frees them all.
 * @returns the faults meanwhile, those of other threads included
 */
export function faultsOf(make: (length: number) => Uint8Array<ArrayBuffer>): number {
  const before = process.resourceUsage().minorPageFault;
  const buffers = Array.from({ length: BUFFERS }, () => make(MEGABYTE).fill(1).buffer);
  for (const buffer of buffers) detach(buffer);
  return process.resourceUsage().minorPageFault - before;
}

/**
 * Stacks of functions that run in a worker which has not loaded their module: Node maps only modules that it loaded
 * itself, so these frames still name the compiled file. Where the user has asked for source maps, they are mapped here.
 */
import { readFileSync } from "node:fs";
import { findSourceMap, SourceMap, type SourceMapPayload, type SourceMapping } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { foreignFiles, isFile } from "./foreign-files.js";
import { programPosition } from "./program-maps.js";

interface KnownMap {
  readonly map: SourceMap;
  /** What relative names of sources are relative to. */
  readonly base: string;
}

/** Whatever begins like an address, as a whole: looked for piece by piece, a long one would be read again from each piece. */
const ADDRESS = /file:\/\/\/[^\s()]+/g;
const FRAME = /^(.+?\.[cm]?js):(\d+):(\d+)/;
const POSITION = /^:(\d+):(\d+)/;
const COMMENT = "sourceMappingURL=";

const known = new Map<string, KnownMap | undefined>();

/** @returns the stack with frames of compiled files replaced by those of the sources, if Node runs with source maps */
export function mapStack(stack: string): string {
  if (!process.sourceMapsEnabled) return stack;
  return stack.replaceAll(ADDRESS, (address) => {
    const [frame, url = "", line, column] = FRAME.exec(address) ?? [];
    const origin = frame === undefined ? undefined : originOf(url, Number(line) - 1, Number(column) - 1);
    return origin === undefined ? address : `${origin}${address.slice(frame?.length)}`;
  });
}

/** @returns the files in `stack` whose source map only the thread that loaded them may have, as tsx makes it */
export function foreignFilesIn(stack: string): string[] {
  return foreignFiles().filter((file) => stack.includes(`${file}:`) && findSourceMap(file) === undefined);
}

/** @returns the stack with the frames of `files` mapped, if this thread has loaded them with source maps */
export function mapForeignFrames(stack: string, files: readonly string[]): string {
  return files.reduce(mapFramesOf, stack);
}

function mapFramesOf(stack: string, file: string): string {
  const [first = "", ...rest] = stack.split(file);
  let mapped = first;
  for (const piece of rest) {
    const [position, line, column] = POSITION.exec(piece) ?? [];
    // Not the end of a longer name.
    const shown =
      position !== undefined && /(?:^|[\s(])$/.test(mapped.slice(-1))
        ? positionIn(file, Number(line), Number(column))
        : undefined;
    mapped += shown === undefined ? file + piece : shown + piece.slice(position?.length);
  }
  return mapped;
}

/** @returns `file:line:column` of the source, as stacks of this thread show it; undefined if they show no other */
export function positionIn(file: string, line: number, column: number): string | undefined {
  const origin =
    process.sourceMapsEnabled && isFile(file) ? originOf(addressOf(file), line - 1, column - 1) : undefined;
  return origin ?? programPosition(file, line, column);
}

function addressOf(file: string): string {
  return file.startsWith("file:") ? file : pathToFileURL(file).href;
}

function originOf(url: string, line: number, column: number): string | undefined {
  const found = known.has(url) ? known.get(url) : findMap(url);
  const entry = found?.map.findEntry(line, column) as Partial<SourceMapping> | undefined;
  if (found === undefined || entry?.originalSource === undefined) return undefined;
  const source = new URL(entry.originalSource, found.base);
  return `${fileURLToPath(source)}:${(entry.originalLine ?? 0) + 1}:${(entry.originalColumn ?? 0) + 1}`;
}

function findMap(url: string): KnownMap | undefined {
  try {
    const found = loadedMap(url) ?? mapBeside(url);
    known.set(url, found);
    return found;
  } catch {
    return undefined; // a stack without its map is still a stack; the file may be readable when the next one is made
  }
}

function loadedMap(url: string): KnownMap | undefined {
  const loaded = findSourceMap(url) ?? findSourceMap(fileURLToPath(url));
  return loaded && { map: loaded, base: url };
}

function mapBeside(url: string): KnownMap | undefined {
  const reference = mapReference(readFileSync(fileURLToPath(url), "utf8").trimEnd());
  return reference === undefined ? undefined : readMap(new URL(reference, url));
}

/** @returns what a comment at the very end of a file says */
function mapReference(source: string): string | undefined {
  const at = source.lastIndexOf(COMMENT);
  const reference = source.slice(at + COMMENT.length);
  const isComment = /\/\/[#@] ?$/.test(source.slice(Math.max(0, at - "//# ".length), at));
  return at >= 0 && isComment && /^\S+$/.test(reference) ? reference : undefined;
}

function readMap(url: URL): KnownMap {
  const text =
    url.protocol === "data:"
      ? Buffer.from(url.href.slice(url.href.indexOf(",") + 1), "base64").toString()
      : readFileSync(url, "utf8");
  return { map: new SourceMap(JSON.parse(text) as SourceMapPayload), base: url.href };
}

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

const FRAME = /(file:\/\/\/[^\s()]+?\.[cm]?js):(\d+):(\d+)/g;
const COMMENT = /\/\/[#@] ?sourceMappingURL=(\S+)\s*$/;

const known = new Map<string, KnownMap | undefined>();

/** @returns the stack with frames of compiled files replaced by those of the sources, if Node runs with source maps */
export function mapStack(stack: string): string {
  if (!process.sourceMapsEnabled) return stack;
  return stack.replaceAll(FRAME, (frame, url: string, line: string, column: string) => {
    const origin = originOf(url, Number(line) - 1, Number(column) - 1);
    return origin ?? frame;
  });
}

/** @returns the files in `stack` whose source map only the thread that loaded them may have, as tsx makes it */
export function foreignFilesIn(stack: string): string[] {
  return foreignFiles().filter((file) => stack.includes(`${file}:`) && findSourceMap(file) === undefined);
}

/** @returns the stack with the frames of `files` mapped, if this thread has loaded them with source maps */
export function mapForeignFrames(stack: string, files: readonly string[]): string {
  if (files.length === 0) return stack;
  return stack.replaceAll(/(file:\/\/\/[^\s()]+?|\/[^()\n]+?):(\d+):(\d+)/g, (frame, file: string, line, column) =>
    files.includes(file) ? (positionIn(file, Number(line), Number(column)) ?? frame) : frame,
  );
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
  const reference = COMMENT.exec(readFileSync(fileURLToPath(url), "utf8").trimEnd())?.[1];
  return reference === undefined ? undefined : readMap(new URL(reference, url));
}

function readMap(url: URL): KnownMap {
  const text =
    url.protocol === "data:"
      ? Buffer.from(url.href.slice(url.href.indexOf(",") + 1), "base64").toString()
      : readFileSync(url, "utf8");
  return { map: new SourceMap(JSON.parse(text) as SourceMapPayload), base: url.href };
}

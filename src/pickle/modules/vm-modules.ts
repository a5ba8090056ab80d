/**
 * ES modules that a test runner has loaded by itself, in a context of its own: Node has no list of them, but the engine finds
 * all objects of their class. That takes as long as collecting the garbage of the whole heap, so what is found is kept.
 */
import * as nodeVm from "node:vm";
import { type Inspector, openInspector } from "../live/inspector.js";
import { urlOf } from "../live/script-file.js";
import type { RemoteValue } from "../live/session.js";
import { WHOLE } from "./load.js";
import type { Reference } from "./noted-imports.js";

/** What Node has only with a flag, so that its types leave it out. */
interface SourceTextModule {
  readonly identifier: string;
  readonly namespace: object;
}

const { SourceTextModule } = nodeVm as { SourceTextModule?: { readonly prototype: object; [BOX]?: Box } };

/** Under this symbol the main context finds the box, in which it hands over what it has found. */
const BOX = Symbol.for("heddle.vm.modules");

interface Box {
  taken?: readonly object[];
}

const found = new WeakMap<object, Reference>();

/** @returns the module that has this namespace, or undefined */
export function vmModuleOf(namespace: object): Reference | undefined {
  const inspector = SourceTextModule === undefined || found.has(namespace) ? undefined : openInspector();
  if (inspector !== undefined && !(inspector instanceof Error)) modulesIn(inspector).forEach(note);
  return found.get(namespace);
}

/** One that is not linked yet has no namespace, and what is said of none by its class says only that. */
function note(module: object): void {
  const { identifier, namespace } = partsOf(module as SourceTextModule) ?? {};
  const url = urlOf(identifier);
  if (namespace !== undefined && url?.startsWith("file:")) found.set(namespace, { url, name: WHOLE });
}

function partsOf(module: SourceTextModule): SourceTextModule | undefined {
  try {
    return { identifier: module.identifier, namespace: module.namespace };
  } catch {
    return undefined;
  }
}

/** The engine looks for objects of the context in which it is asked: they are made in the main one. */
const CLASS = 'process.getBuiltinModule("node:vm").SourceTextModule';

function modulesIn(inspector: Inspector): readonly object[] {
  const box: Box = {};
  const holder = SourceTextModule as NonNullable<typeof SourceTextModule>;
  holder[BOX] = box;
  try {
    const expression = `${CLASS}.prototype`;
    const { result } = inspector.post<{ result: RemoteValue }>("Runtime.evaluate", { expression, objectGroup: GROUP });
    const query = { prototypeObjectId: result.objectId, objectGroup: GROUP };
    const { objects } = inspector.post<{ objects: RemoteValue }>("Runtime.queryObjects", query);
    const handOver = `function () { ${CLASS}[Symbol.for("${BOX.description}")].taken = this; }`;
    inspector.post("Runtime.callFunctionOn", { objectId: objects.objectId, functionDeclaration: handOver });
    return Array.from(box.taken ?? []);
  } finally {
    inspector.post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
    delete holder[BOX];
  }
}

/** What the engine holds for us until it is released. */
const GROUP = "heddle.vm.modules";

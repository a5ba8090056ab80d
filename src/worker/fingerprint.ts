/**
 * What the language's and Node's own objects are like: their properties, and how many entries their maps have. Taken before
 * code runs that may change them, compared after it. Either takes longer than the warm start of a thread, so only where it must be.
 */
import { builtin, isLazyGlobal } from "../platform/engine/builtin.js";

type Property = readonly [key: PropertyKey, descriptor: PropertyDescriptor];

interface State {
  readonly count: number;
  readonly properties: readonly Property[];
  readonly isOpen: boolean;
  readonly prototype: unknown;
}

/** What the library itself, or Node by itself, changes. */
const CHANGING: ReadonlySet<PropertyKey> = new Set(["_events", "_eventsCount", "exitCode"]);

/** Objects that no global name leads to. */
const HIDDEN: readonly object[] = [
  [][Symbol.iterator](),
  new Map().entries(),
  new Set().entries(),
  ""[Symbol.iterator](),
  "".matchAll(/./g),
  (function* () {})(),
  (async function* () {})(),
  function* () {},
  async function* () {},
  async () => {},
  new Int8Array(),
];

export class Fingerprint {
  readonly #objects = new Map<object, State>();
  #isDeep = false;
  readonly #sizes = new Map<ReadonlyMap<unknown, unknown>, number>();
  readonly #modules = new Set<string>();
  readonly #title = process.title;
  readonly #globals = [...chainOf(globalThis)];

  constructor() {
    // Not the global object itself, of which Node makes parts when they are read: run-traces.ts looks at the others.
    for (const [, { value }] of propertiesOf(globalThis)) if (value !== globalThis) this.#addWithPrototype(value);
    for (const object of [process, Buffer]) this.#addWithPrototype(object);
    for (const object of HIDDEN)
      for (let at = Object.getPrototypeOf(object); at; at = Object.getPrototypeOf(at)) this.#add(at);
    for (const space of [Intl, Reflect.get(globalThis, "WebAssembly")])
      for (const [, { value }] of propertiesOf(space)) this.#addWithPrototype(value);
    for (const object of [process.argv, process.execArgv, process.versions, Object.getPrototypeOf(process)])
      this.#add(object);
    for (const name of loadedModules()) this.addModule(name);
  }

  /** A module of Node that the next code has: its exports, and those of its parts. */
  addModule(name: string): void {
    if (this.#modules.has(name)) return;
    this.#modules.add(name);
    const exports: unknown = process.getBuiltinModule(name);
    this.#addWithPrototype(exports);
    for (const [, { value }] of propertiesOf(exports)) this.#addWithPrototype(value);
  }

  /** From now on also what the functions have that are members of these objects, of which there are ten times as many. */
  deepen(): void {
    if (this.#isDeep) return;
    this.#isDeep = true;
    for (const { properties } of [...this.#objects.values()]) this.#addFunctions(properties);
  }

  /** @returns whether everything is as it was */
  matches(): boolean {
    if (process.title !== this.#title || !isSame([...chainOf(globalThis)], this.#globals)) return false;
    for (const [map, size] of this.#sizes) if (map.size !== size) return false;
    for (const [object, state] of this.#objects) if (!isStill(object, state)) return false;
    return true;
  }

  #addWithPrototype(value: unknown): void {
    if (!isObject(value)) return;
    this.#add(value);
    const prototype: unknown = Object.getOwnPropertyDescriptor(value, "prototype")?.value;
    if (isObject(prototype)) this.#add(prototype);
  }

  #add(object: object): void {
    if (this.#objects.has(object)) return;
    const properties = propertiesOf(object);
    this.#objects.set(object, stateOf(object, properties));
    for (const [, { value }] of properties) if (value instanceof Map) this.#sizes.set(value, value.size);
    if (this.#isDeep) this.#addFunctions(properties);
  }

  #addFunctions(properties: readonly Property[]): void {
    for (const [, { value, get, set }] of properties)
      for (const part of [value, get, set])
        if (typeof part === "function" && !this.#objects.has(part))
          this.#objects.set(part, stateOf(part, propertiesOf(part)));
  }
}

function stateOf(object: object, properties: readonly Property[]): State {
  const isOpen = Object.isExtensible(object);
  return { count: Reflect.ownKeys(object).length, properties, isOpen, prototype: Object.getPrototypeOf(object) };
}

function isStill(object: object, { count, properties, isOpen, prototype }: State): boolean {
  if (Object.isExtensible(object) !== isOpen || Object.getPrototypeOf(object) !== prototype) return false;
  if (Reflect.ownKeys(object).length !== count) return false;
  return properties.every((property) => isAs(object, property));
}

/** What the global object inherits from, and whether it and they can still get properties. */
function* chainOf(object: object): Generator<unknown> {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at))
    yield* [at, Object.isExtensible(at)];
}

function isSame(these: readonly unknown[], those: readonly unknown[]): boolean {
  return these.length === those.length && these.every((one, at) => one === those[at]);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** To look at a lazy global is to make it. */
function isLooked(object: unknown, key: PropertyKey): boolean {
  return object === globalThis ? !isLazyGlobal(key) : !CHANGING.has(key);
}

function propertiesOf(object: unknown): Property[] {
  if (!isObject(object)) return [];
  const keys = Reflect.ownKeys(object).filter((key) => isLooked(object, key));
  return keys.map((key) => [key, Object.getOwnPropertyDescriptor(object, key)!]);
}

function isAs(object: object, [key, before]: Property): boolean {
  const now = Object.getOwnPropertyDescriptor(object, key);
  if (now === undefined || now.get !== before.get || now.set !== before.set) return false;
  return Object.is(now.value, before.value) && now.writable === before.writable;
}

/** @returns the names of Node's public modules that are loaded: nobody can have changed the others */
function loadedModules(): string[] {
  const loaded = new Set((process as { moduleLoadList?: string[] }).moduleLoadList);
  return builtin("node:module").builtinModules.filter(
    (name) => !name.startsWith("_") && loaded.has(`NativeModule ${name}`),
  );
}

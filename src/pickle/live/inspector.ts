/**
 * Reads what JavaScript hides: the scopes of a function, what a bound function is made of, private fields. It opens an
 * in-process inspector session (no port, no Debugger domain) whose calls are synchronous, and hands over the real values.
 *
 * The hand-over goes through a box that both sides see. It is the global object of an empty context of our own: that works
 * also where this code runs in a context other than the main one, as under some test runners. Deno shows its inspector
 * the main context only: there the box is found from the main global object, under a symbol.
 */
import { createContext } from "node:vm";
import { endIfTerminated } from "../../platform/engine/lost-termination.js";
import { DebuggerSwitch } from "./debugger-switch.js";
import {
  ANSWERS_WHILE_DEBUGGING,
  type Listener,
  openSession,
  type PropertyList,
  primitiveOf,
  type RemoteValue,
  type Session,
} from "./session.js";

/** One scope around a function, innermost first. */
export interface ScopeView {
  /** V8's name of it: `Closure (f)`, `Block`, `Module`, `Script`, `With Block`, `Global`. */
  readonly kind: string;
  readonly variables: Record<string, unknown>;
}

export interface FunctionLocation {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface FunctionView {
  readonly scopes: readonly ScopeView[];
  readonly location?: FunctionLocation;
  readonly bound?: { readonly target: unknown; readonly self: unknown; readonly args: readonly unknown[] };
}

/** A private field with its value, in the order of installation. */
export type PrivateField = readonly [name: string, value: unknown];

/** Objects that a reading creates on the other side belong to this group and are released together. */
const GROUP = "heddle";

/** Readings of one batch after which their objects are released before it ends. */
const MOST_UNRELEASED = 256;

/** Names the symbol under which the global object shows the box. */
const BOX = "heddle.inspector.box";

/** A connected session and its box. */
export class Inspector {
  readonly #session: Session;
  readonly #box: { given?: unknown; taken?: unknown } = {};
  readonly #holder: string;
  /** How the other side finds the box: an expression, and the context to evaluate it in. */
  readonly #access: { readonly expression: string; readonly contextId?: number };
  /** What was given last, as long as the other side holds it. */
  #last: { readonly object: object; readonly id: string } | undefined;
  readonly #debugger = new DebuggerSwitch((method) => this.post(method));
  /** Readings whose objects the other side still holds. */
  #unreleased = 0;

  /** @throws {Error} if the runtime has no inspector or does not allow it */
  constructor() {
    endIfTerminated(); // makes what tells, while it can be made
    this.#session = openSession();
    this.#access = this.#openBox();
    this.#holder = this.post<{ result: RemoteValue }>("Runtime.evaluate", this.#access).result.objectId as string;
  }

  /** Posts one command and returns its result: the protocol answers synchronously within a process. */
  post<T = unknown>(method: string, params: object = {}): T {
    let answer: { error: Error | null; result: unknown } | undefined;
    this.#session.post(method, params, (error, result) => {
      answer = { error, result };
    });
    endIfTerminated();
    if (answer === undefined) throw new Error(`the inspector did not answer ${method} at once`);
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`, { cause: answer.error });
    return answer.result as T;
  }

  /** Calls `listener` with the parameters of every such event that `body` causes. */
  listen<P>(event: string, listener: (params: P) => void, body: () => void): void {
    const wrapped = (message: { params: P }): void => listener(message.params);
    this.#session.on(event, wrapped as Listener);
    try {
      body();
    } finally {
      this.#session.off(event, wrapped as Listener);
    }
  }

  /** Runs `body` with the Debugger domain, which stays on for a moment: see debugger-switch.ts. */
  debug<T>(body: () => T): T {
    this.#debugger.on();
    try {
      return body();
    } finally {
      if (!ANSWERS_WHILE_DEBUGGING) this.#debugger.off();
    }
  }

  /** Switches the Debugger domain off now. */
  stopDebugging(): void {
    this.#debugger.off();
  }

  /** Lets go of what was read. */
  release(): void {
    if (this.#unreleased === 0) return;
    this.#unreleased = 0;
    this.#last = undefined;
    this.post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  }

  /** @returns what the engine knows of `fn` */
  // biome-ignore lint/complexity/noBannedTypes: any function
  inspectFunction(fn: Function): FunctionView {
    return this.#reading(() => {
      const internal = new Map<string, RemoteValue | undefined>();
      for (const { name, value } of this.#propertiesOf(fn).internalProperties ?? []) internal.set(name, value);
      const take = (name: string): unknown => this.#take(internal.get(name));
      const location = internal.get("[[FunctionLocation]]")?.value as FunctionLocation | undefined;
      const scopes = internal.has("[[Scopes]]") ? Array.from(take("[[Scopes]]") as ArrayLike<RawScope>) : [];
      return {
        scopes: scopes.map((scope) => ({ kind: scope.description, variables: scope.object })),
        ...(location ? { location } : {}),
        ...(internal.has("[[TargetFunction]]")
          ? {
              bound: {
                target: take("[[TargetFunction]]"),
                self: take("[[BoundThis]]"),
                args: Array.from(take("[[BoundArgs]]") as ArrayLike<unknown>),
              },
            }
          : {}),
      };
    });
  }

  /** @returns what only the engine sees under that name, as the `[[Target]]` of a Proxy */
  internal(object: object, part: string): unknown {
    const find = () => this.#propertiesOf(object).internalProperties?.find(({ name }) => name === part)?.value;
    return this.#reading(() => this.#take(find()));
  }

  /** @returns the private fields of `object`, and of a class its static ones */
  privateFields(object: object): PrivateField[] {
    return this.#reading(() => {
      const found = this.#propertiesOf(object).privateProperties ?? [];
      return found.flatMap(({ name, value }) => (value ? [[name, this.#take(value)] as const] : []));
    });
  }

  /** @returns the names of the own properties that are no items: listing those of a long view takes long */
  namedKeys(object: object): string[] {
    return this.#reading(() =>
      (this.#propertiesOf(object).result ?? []).flatMap(({ name, symbol }) => (symbol ? [] : [name])),
    );
  }

  /**
   * Calls `call` with a breakpoint, whose condition must see to it that what stands there does not run.
   * @param at a function: its entry
   */
  // biome-ignore lint/complexity/noBannedTypes: any function
  callAtBreakpoint(at: Function | FunctionLocation, condition: string, call: unknown): void {
    this.#reading(() => {
      const [method, place] =
        typeof at === "function"
          ? (["setBreakpointOnFunctionCall", { objectId: this.#give(at) }] as const)
          : (["setBreakpoint", { location: at }] as const);
      const set = this.post<{ readonly breakpointId: string }>(`Debugger.${method}`, { ...place, condition });
      this.#box.given = call;
      const evaluation = {
        ...this.#access,
        expression: `${this.#access.expression}.given()`,
        ...{ timeout: 1000, silent: true, objectGroup: GROUP },
      };
      try {
        // Ends with the termination, which is an error here.
        this.#session.post("Runtime.evaluate", evaluation, () => {});
        endIfTerminated();
      } finally {
        this.post("Debugger.removeBreakpoint", { breakpointId: set.breakpointId });
      }
    });
  }

  /**
   * Calls `fn` as long as nothing that it does outlives the call; the engine ends it before the first such effect.
   * @returns its value, or undefined if it was ended or threw
   */
  callWithoutEffects(fn: () => unknown): { readonly value: unknown } | undefined {
    return this.#reading(() => {
      const { result, exceptionDetails } = this.post<{ result: RemoteValue; exceptionDetails?: unknown }>(
        "Runtime.callFunctionOn",
        {
          objectId: this.#give(fn),
          functionDeclaration: "function () { return this(); }",
          ...{ objectGroup: GROUP, throwOnSideEffect: true, silent: true },
        },
      );
      return exceptionDetails === undefined ? { value: this.#take(result) } : undefined;
    });
  }

  #openBox(): { readonly expression: string; readonly contextId?: number } {
    let contextId: number | undefined;
    const created = (params: { context: { id: number } }): void => {
      contextId = params.context.id;
    };
    this.post("Runtime.enable");
    try {
      this.listen("Runtime.executionContextCreated", created, () => createContext(this.#box));
    } finally {
      this.post("Runtime.disable");
    }
    if (contextId !== undefined) return { expression: "globalThis", contextId };
    Object.defineProperty(globalThis, Symbol.for(BOX), { configurable: true, value: this.#box });
    return { expression: `globalThis[Symbol.for("${BOX}")]` };
  }

  #reading<T>(body: () => T): T {
    try {
      return body();
    } finally {
      this.#box.given = this.#box.taken = undefined;
      if (++this.#unreleased >= MOST_UNRELEASED || batches === 0) this.release();
      this.#debugger.countReading();
    }
  }

  #propertiesOf(object: object): PropertyList {
    const properties = { ownProperties: true, nonIndexedPropertiesOnly: true };
    return this.post<PropertyList>("Runtime.getProperties", { objectId: this.#give(object), ...properties });
  }

  /** @returns the remote id of a live object */
  #give(object: object): string {
    if (this.#last?.object === object) return this.#last.id;
    this.#box.given = object;
    const { result } = this.post<{ result: RemoteValue }>("Runtime.callFunctionOn", {
      objectId: this.#holder,
      functionDeclaration: "function () { return this.given; }",
      objectGroup: GROUP,
    });
    const id = result.objectId as string;
    this.#last = { object, id };
    return id;
  }

  /** @returns the live value that a remote value stands for */
  #take(remote: RemoteValue | undefined): unknown {
    if (remote?.objectId === undefined) return primitiveOf(remote);
    this.post("Runtime.callFunctionOn", {
      objectId: this.#holder,
      functionDeclaration: "function (object) { this.taken = object; }",
      arguments: [{ objectId: remote.objectId }],
      objectGroup: GROUP,
    });
    return this.#box.taken;
  }
}

interface RawScope {
  readonly description: string;
  readonly object: Record<string, unknown>;
}

let batches = 0;

/** Runs `body`, and releases in one go what the readings in it left on the other side. */
export function batch<T>(body: () => T): T {
  batches++;
  try {
    return body();
  } finally {
    if (--batches === 0 && opened instanceof Inspector) opened.release();
  }
}

let opened: Inspector | Error | undefined;

/** @returns the inspector of this thread, or the reason why there is none */
export function openInspector(): Inspector | Error {
  try {
    opened ??= new Inspector();
  } catch (error) {
    opened = error instanceof Error ? error : new Error(String(error));
  }
  return opened;
}

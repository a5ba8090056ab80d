/**
 * Gives rebuilt objects their private fields. Only the constructor of a class can install them, and only code inside the
 * class can write them:
 *
 *   rebuilt class    its text was edited by the sender: the stamp makes constructors install and do nothing else
 *   native class     it was loaded or defined here: its constructor is stopped (see stop-at.ts) as soon as the fields are
 *                    installed, at its entry or after `super()`; the writers are made inside it too
 *
 * Fields of a derived class are installed on whatever its parent constructor returns, so that for a moment is a
 * function that returns the object.
 */
import { analyze } from "../analysis/analyze.js";
import { PickleError } from "../errors.js";
import type { PrivateWriters } from "../function/names.js";
import { stopAt } from "../function/stop-at.js";
import type { Entry, PrivateState } from "../packet.js";
import type { AnyClass } from "../registry.js";
import { openInspector } from "../source/inspector.js";
import { stamp } from "./rebuild.js";

type Value = (entry: Entry) => unknown;

/** @returns an object with all private fields of `states` installed; `shell` makes it where no base class does */
export function installPrivate(
  states: readonly PrivateState[],
  value: Value,
  proto: object | null,
  shell: () => object,
): object {
  const [base] = states;
  const made = base === undefined || base.derived ? shell() : constructBase(base, value(base.cls) as AnyClass);
  const before = new Set(Reflect.ownKeys(made));
  for (const state of states) if (state.derived) constructDerived(state, value(state.cls) as AnyClass, made);
  // Constructors define public fields too; those of the original come later.
  for (const key of Reflect.ownKeys(made))
    if (base?.derived === false || !before.has(key)) Reflect.deleteProperty(made, key);
  if (Object.getPrototypeOf(made) !== proto) Object.setPrototypeOf(made, proto);
  return made;
}

/** Writes the values, once everything is built. */
export function writePrivate(object: object, states: readonly PrivateState[], value: Value): void {
  for (const { cls, values } of states) {
    if (values.length === 0) continue;
    const writers = writersOf(
      value(cls) as AnyClass,
      values.map(([name]) => name),
    );
    for (const [name, entry] of values) writers[name]?.(object, value(entry));
  }
}

function constructBase(state: PrivateState, cls: AnyClass): object {
  const construct = (): object => Reflect.construct(cls, []) as object;
  if (stamp.writers.has(cls)) return stamped(construct);
  if (!state.explicit) return construct();
  const made = stopAt(cls, construct, "this") as object | undefined;
  if (made === undefined) throw notInstallable(cls);
  return made;
}

function constructDerived(state: PrivateState, cls: AnyClass, object: object): void {
  const parent = Object.getPrototypeOf(cls) as object | null;
  // It must be usable as a constructor: no arrow function.
  Object.setPrototypeOf(cls, function returnObject() {
    return object;
  });
  const construct = (): object => Reflect.construct(cls, []) as object;
  try {
    if (stamp.writers.has(cls)) stamped(construct);
    else if (state.explicit) runToSuper(cls, construct);
    else construct();
  } finally {
    Object.setPrototypeOf(cls, parent);
  }
}

/** Runs a constructor of the user's up to the return of `super()`, which has installed the fields then. */
function runToSuper(cls: AnyClass, construct: () => object): void {
  const { text, anchor, shape } = analyze(Function.prototype.toString.call(cls));
  const inspector = openInspector();
  const start = inspector instanceof Error ? undefined : inspector.inspectFunction(cls).location;
  const next = shape?.afterSuper;
  if (start === undefined || next === undefined) throw notInstallable(cls);
  if (next === null) {
    construct();
    return;
  }
  const lines = text.slice(anchor, next).split("\n");
  const last = (lines.at(-1) as string).length;
  const lineNumber = start.lineNumber + lines.length - 1;
  const columnNumber = lines.length === 1 ? start.columnNumber + last : last;
  const stopped = stopAt({ scriptId: start.scriptId, lineNumber, columnNumber }, construct, "true");
  if (stopped !== true) throw notInstallable(cls);
}

function notInstallable(cls: AnyClass): PickleError {
  const problem = `Cannot receive an object of class ${cls.name}: only its constructor can install its private fields`;
  return new PickleError(
    `${problem}, and running that would repeat what it does. Register the class with reduce and revive`,
  );
}

function stamped(construct: () => object): object {
  stamp.on = true;
  try {
    return construct();
  } finally {
    stamp.on = false;
  }
}

function writersOf(cls: AnyClass, names: readonly string[]): PrivateWriters {
  let writers = stamp.writers.get(cls) ?? nativeWriters.get(cls);
  if (writers === undefined) {
    writers = makeWriters(cls, names);
    nativeWriters.set(cls, writers);
  }
  return writers;
}

const nativeWriters = new WeakMap<object, PrivateWriters>();

/** Any function of the class will do: at its entry the private names are in scope. */
function makeWriters(cls: AnyClass, names: readonly string[]): PrivateWriters {
  const expression = `({ ${names.map((name) => `"${name}": (o, v) => { o.${name} = v; }`).join(", ")} })`;
  for (const fn of functionsOf(cls)) {
    const call = fn === cls ? () => Reflect.construct(cls, []) : () => Reflect.apply(fn, undefined, []);
    const writers = stopAt(fn, call, expression) as PrivateWriters | undefined;
    if (writers !== undefined) return writers;
  }
  throw new PickleError(
    `Cannot receive an object of class ${cls.name}: its private fields cannot be written here. Register the class with reduce and revive`,
  );
}

/** Generators and async functions begin before their first instruction: ordinary ones only. */
function* functionsOf(cls: AnyClass): Generator<AnyClass> {
  const whole = Function.prototype.toString.call(cls);
  for (const holder of [cls.prototype, cls]) {
    for (const { value, get, set } of Object.values(Object.getOwnPropertyDescriptors(holder))) {
      for (const fn of [value, get, set]) {
        const isOwn = typeof fn === "function" && fn !== cls && fn.constructor === Function;
        if (isOwn && whole.includes(Function.prototype.toString.call(fn))) yield fn;
      }
    }
  }
  yield cls;
}

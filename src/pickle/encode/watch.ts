/**
 * Notes what a packing takes from the program, so that later it can be told whether another would give the same. What it
 * cannot tell of, it says so: then every packing must be made.
 *
 * Of objects everything is compared (as-now.ts): own properties of functions and classes, too. Of the variables around
 * functions it is noted what they hold; whoever asks later reads them again, but for those that never change (live/steady.ts).
 */
import * as types from "node:util/types";
import type { Destination } from "../destination.js";
import type { AnyFunction, Facts } from "../live/function-facts.js";
import type { FunctionView } from "../live/inspector.js";
import { readVariable, scopeOf } from "../live/scopes.js";
import type { Captured } from "../live/steady.js";
import { isOfPackage } from "../packages/package-scope.js";
import type { FunctionNode, PacketNode } from "../packet.js";
import { registrationFor } from "../registry.js";
import { type AsBefore, contentsAsNow, dataAsNow, propertiesAsNow } from "./as-now.js";
import { inside } from "./clone-view.js";

/** Properties and items remembered for one packing: of more than these it is told no more. */
const MOST_REMEMBERED = 20_000;

/** A function that travels by value, and the variables that it takes from around it. */
export interface WatchedFunction {
  readonly fn: AnyFunction;
  readonly facts: Facts;
  readonly location: FunctionView["location"];
  readonly captured: readonly Captured[];
}

export class Watch {
  /** Other functions that go along. */
  readonly others: WatchedFunction[] = [];
  /** Of all objects but the root. */
  readonly objects: AsBefore[] = [];
  /** What was noted of the root, if that is a function that travels by value. */
  ofRoot: WatchedFunction | undefined;
  /** Tells whether a function has the properties that the root had. */
  isLikeRoot: ((fn: object) => boolean) | undefined;
  #isSingle = true;
  #tells = true;
  #remembered = 0;
  readonly #root: unknown;
  readonly #to: Destination;
  readonly #seen = new Set<object>();

  /** @param root what is packed */
  constructor(root: unknown, to: Destination) {
    this.#root = root;
    this.#to = to;
  }

  /** Nothing but one function goes along, what the receiver has by itself, and data: another like it would give the same. */
  get isSingle(): boolean {
    return this.#isSingle && this.ofRoot !== undefined && !knowsItself(this.ofRoot.facts);
  }

  /** Whether what was noted is all that there is. */
  get tells(): boolean {
    return this.#tells;
  }

  /** Something was taken that may be otherwise without anything here being so. */
  lose(): void {
    this.#tells = false;
  }

  /** Notes a function and what its variables hold. */
  noteFunction(fn: AnyFunction, facts: Facts, { scopes, location }: FunctionView): void {
    const { free, mutations, ownName, usesArguments } = facts.analysis;
    const captured: Captured[] = [];
    for (const name of ownName === undefined ? free : [...free, ownName.name]) {
      const scope = scopeOf(name, scopes);
      const isGlobal = scope === undefined;
      if (isGlobal && name === ownName?.name) continue;
      captured.push({ name, isGlobal, value: isGlobal ? undefined : readVariable(scope.variables, name).value });
      // The program may add it later, and then it is refused.
      if (isGlobal && !(name in globalThis)) this.lose();
    }
    // Those of rebuilt code that are shared with other functions may be assigned to.
    if (usesArguments || facts.cells !== undefined || isOfPackage(facts.url)) this.lose();
    if (mutations.some(({ variable }) => variable === ownName?.name)) this.lose();
    const noted = { fn, facts, location, captured };
    if (fn === this.#root) this.ofRoot = noted;
    else this.others.push(noted);
  }

  /** Notes plain data. */
  noteData(root: object): void {
    const open = [root];
    for (let object = open.pop(); object !== undefined; object = open.pop()) {
      if (this.#seen.has(object) || !this.#tells) continue;
      this.#seen.add(object);
      const check = dataAsNow(object, this.#to, (much) => this.#allows(much));
      if (check === undefined) this.lose();
      else this.objects.push(check);
      for (const held of inside(object, this.#to) ?? []) open.push(held);
    }
  }

  /** Notes what a value was described as. */
  noteNode(value: unknown, node: PacketNode): void {
    switch (node.t) {
      case "known":
      case "import":
      case "context":
      case "symbol":
      case "member":
        return;
      case "function":
      case "class":
        return this.#noteCode(value as AnyFunction, node);
      case "revived":
        return this.#noteRegistered(value, node);
      case "prototype":
      case "bound":
      case "object":
      case "array":
      case "map":
      case "set":
        this.#isSingle = false;
        return this.#noteObject(value as object, node);
      default:
        this.lose();
    }
  }

  #allows(much: number): boolean {
    this.#remembered += much;
    return this.#remembered <= MOST_REMEMBERED;
  }

  #noteObject(object: object, node: PacketNode): void {
    if (isHidden(node) || types.isProxy(object)) this.lose();
    if (!this.#tells) return;
    if (!this.#allows(Reflect.ownKeys(object).length)) return this.lose();
    this.objects.push(propertiesAsNow(object));
    if (types.isMap(object) || types.isSet(object)) this.objects.push(contentsAsNow(object));
  }

  #noteCode(fn: AnyFunction, node: FunctionNode): void {
    if (node.staticPrivates !== undefined) return this.lose();
    const isLikeNow = propertiesAsNow(fn);
    if (fn === this.#root) this.isLikeRoot = isLikeNow;
    else {
      this.#isSingle = false;
      this.objects.push(isLikeNow);
    }
    const prototype: unknown = Object.getOwnPropertyDescriptor(fn, "prototype")?.value;
    if (typeof prototype !== "object" || prototype === null) return;
    this.#isSingle = false;
    if (types.isProxy(prototype)) this.lose();
    else this.objects.push(propertiesAsNow(prototype));
  }

  /** A shared object says where it is, and refuses if it is no more; a class is what it was made from. */
  #noteRegistered(value: unknown, node: PacketNode): void {
    if (typeof value !== "object" || value === null) return;
    const registration = registrationFor(value);
    if (registration === undefined || isHidden(node)) return this.lose();
    const before: unknown = registration.reduce(value);
    this.objects.push(propertiesAsNow(value), () => isSamePlace(before, () => registration.reduce(value)));
  }
}

function isHidden(node: PacketNode): boolean {
  return "privates" in node || "weak" in node || "pool" in node || "origin" in node;
}

function isSamePlace(before: unknown, now: () => unknown): boolean {
  try {
    const place = now();
    if (typeof before !== "object" || typeof place !== "object") return Object.is(before, place);
    const [one, other] = [Object.entries(before ?? {}), Object.entries(place ?? {})];
    return one.length === other.length && one.every(([, value], i) => Object.is(value, other[i]?.[1]));
  } catch {
    return false; // the packing says why
  }
}

/** It can reach itself, or is bound to what made it: another from the same place is not the same. */
function knowsItself({ analysis }: Facts): boolean {
  return analysis.usesThis || analysis.ownName !== undefined || analysis.text.includes("callee");
}

/** How the compiler finds out what a target takes and gives. */
import type { Travels } from "../pickle/travels.js";

/**
 * A function that takes these arguments. `[...A]`, not `A`: so the compiler takes A from `args` first, and a parameter that
 * has a default, as in `(x: string, y = 1) => ...`, has the type of that.
 */
export type Taking<A extends List, R = unknown> = (...args: [...A]) => R;

/** Arguments. */
export type List = readonly unknown[];

/** Any function, for what is asked of its parameters only. */
type AnyFunction = (...args: never[]) => unknown;

/** What a word or number in `args` may be: named, so that `"fast"` stays `"fast"` and fits a parameter `"fast" | "slow"`. */
export type Literal = string | number | bigint | boolean;

/** `args` of an activity: they must fit the target, and are required when it takes any. */
export type Arguments<A extends List, F extends AnyFunction, L = never> = [] extends A
  ? { readonly args?: Given<A, F, L> }
  : { readonly args: Given<A, F, L> };

declare const never: unique symbol;

/** The second part fits nothing: it is there for L to be seen. */
type Given<A extends List, F extends AnyFunction, L> =
  | (readonly [...A] & Travels<A> & NotTooMany<A, F>)
  | (readonly Hint<L>[] & { readonly [never]: L });

/** Where words and numbers stand inside of arguments. */
type Hint<L> = L | readonly [] | readonly [Hint<L>, ...Hint<L>[]] | { readonly [key: string]: Hint<L> };

/** A function that takes fewer arguments than it is given fits, for the compiler; here it is a mistake. See `Travels`. */
type NotTooMany<A extends List, F extends AnyFunction> = [
  A,
  Exactly<A["length"] extends Parameters<F>["length"] ? "fit" : "refused">,
] extends [unknown, ExactlyRefused]
  ? { readonly tooManyArguments: never }
  : unknown;

type Exactly<V> = <G>() => G extends [V] ? 1 : 2;
type ExactlyRefused = <G>() => G extends ["refused"] ? 1 : 2;

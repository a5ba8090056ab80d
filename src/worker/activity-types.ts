/** How the compiler finds out what a target takes and gives. */
import type { Travels } from "../pickle/travels.js";

/**
 * A function that takes these arguments. `[...A]`, not `A`: so the compiler takes A from `args` first, and a parameter that
 * has a default, as in `(x: string, y = 1) => ...`, has the type of that.
 */
export type Taking<A extends List, R = unknown> = (...args: [...A]) => R;

/** Arguments. With `[]`, so that `[1, "a"]` is a `[number, string]`, not an array of both. */
export type List = readonly unknown[] | [];

/** Any function, for what is asked of its parameters only. */
type AnyFunction = (...args: never[]) => unknown;

/** What a word or number in `args` may be: named, so that `"fast"` stays `"fast"` and fits a parameter `"fast" | "slow"`. */
export type Literal = string | number | bigint | boolean;

/** `args` of an activity: they must fit the target, and are required when it takes any. */
export type Arguments<A extends List, F extends AnyFunction, L = never> = [] extends A
  ? { readonly args?: Given<A, F, L> }
  : { readonly args: Given<A, F, L> };

export declare const measured: unique symbol;

/** Makes the compiler compare activities by what they can do, not by the functions they were made from. */
export type Measured<F> = { readonly [K in keyof F]: never };

declare const never: unique symbol;

/**
 * `A` as such, so that it may also be `any`, `never`, or a parameter of the function around. The last part fits nothing: it
 * is there for L to be seen.
 */
type Given<A extends List, F extends AnyFunction, L> =
  | ((A | NoInfer<readonly [...A]>) & Travels<A> & NotTooMany<A, F>)
  | (readonly Hint<L>[] & { readonly [never]: L });

/** Where words and numbers stand inside of arguments. */
type Hint<L> = L | readonly [] | readonly [Hint<L>, ...Hint<L>[]] | { readonly [key: string]: Hint<L> };

/**
 * A function that takes fewer arguments than it is given fits, for the compiler; here it is a mistake. See `Travels`. Of a list
 * whose length nobody knows, such as `any[]`, only the items are checked.
 */
type NotTooMany<A extends List, F extends AnyFunction> = [A, Exactly<Fits<A["length"], F>>] extends [
  unknown,
  ExactlyRefused,
]
  ? { readonly tooManyArguments: never }
  : unknown;

type Fits<Count, F extends AnyFunction> = number extends Count
  ? "fit"
  : Count extends Parameters<F>["length"]
    ? "fit"
    : "refused";

type Exactly<V> = <G>() => G extends [V] ? 1 : 2;
type ExactlyRefused = <G>() => G extends ["refused"] ? 1 : 2;

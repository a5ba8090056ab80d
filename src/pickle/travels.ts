/**
 * What the compiler can say about values that can never travel: a sentence that stands where the argument's type was.
 *
 * It speaks only of what it knows. Interfaces and classes pass unseen: an object of them may have hooks (`register`), or
 * hide what it is. So do functions, `unknown`, `any`, and types that are not known yet: `encode/hidden-state.ts` decides
 * about them when they are sent.
 */

/**
 * `unknown` for a type whose values may travel, a sentence about what is wrong otherwise. It is made to be met:
 * `item: T & Travels<T>` takes a `T`, or nothing.
 *
 * @example
 * import type { Travels } from "heddle/pickle";
 *
 * const send = <T>(item: T & Travels<T>): T => item;
 * send({ name: "Ada" });
 * // send(fetch("https://example.org")) is no program: "a Promise cannot travel: await it and send the result"
 */
export type Travels<T> = [T, Exactly<Verdict<T>>] extends [unknown, ExactlyRefused] ? Refused<Fault<T>> : unknown;

/** What no value is: it stands in the compiler's message, and says why. */
interface Refused<Why extends string> {
  readonly cannotTravel: Why;
}

// Inside a generic function `T` is not known, and no argument would fit a type that hangs on it, unless the compiler can
// tell which branch it will be. Two tricks make it certain of `unknown`: conditional types are the same only if what they
// extend is, which no stand-in for `T` fulfils; and the tuple with `T` keeps that answer from being given once for all
// where a signature is declared. The two types are written out, since the compiler would compare one alias by its argument.
type Exactly<V> = <G>() => G extends [V] ? 1 : 2;
type ExactlyRefused = <G>() => G extends ["refused"] ? 1 : 2;

type Verdict<T> = [Fault<T>] extends [never] ? "passes" : "refused";

type Leaf = string | number | bigint | boolean | symbol | null | undefined | ((...args: never) => unknown);

/** How deep plain objects, arrays and collections are searched: enough for arguments, bounded for recursive types. */
type Levels = [1, 1, 1, 1];

/** `never` for what may travel, and for `any`. */
type Fault<T, Left extends readonly unknown[] = Levels> = 0 extends 1 & T
  ? never
  : T extends Leaf
    ? never
    : T extends Promise<unknown>
      ? "a Promise cannot travel: await it and send the result"
      : T extends Weak
        ? "a WeakRef or FinalizationRegistry cannot travel: send the object itself"
        :
            | WeakCollectionFault<T>
            | GeneratorFault<T>
            | (Left extends [unknown, ...infer Less] ? FaultInside<T, Less> : never);

/** By their tags: their names are unknown to programs for old engines, and an unknown name would be `any`. */
interface Weak {
  readonly [Symbol.toStringTag]: "WeakRef" | "FinalizationRegistry";
}

// What follows can be imitated by a class of the user, and a Map fits a WeakMap: only types that fit both ways are these.

type WeakCollectionFault<T> =
  T extends WeakMap<infer K, infer V>
    ? WeakMap<K, V> extends T
      ? "a WeakMap cannot travel: send a Map"
      : never
    : T extends WeakSet<infer I>
      ? WeakSet<I> extends T
        ? "a WeakSet cannot travel: send a Set"
        : never
      : never;

type GeneratorFault<T> =
  T extends Generator<infer Y, infer R, infer N>
    ? Generator<Y, R, N> extends T
      ? RunningGenerator
      : never
    : T extends AsyncGenerator<infer Y, infer R, infer N>
      ? AsyncGenerator<Y, R, N> extends T
        ? RunningGenerator
        : never
      : T extends ListIterator<infer I>
        ? ListIterator<I> extends T
          ? "an iterator cannot travel: send an array of its values"
          : never
        : never;

type RunningGenerator = "a running generator cannot travel: send the generator function, or an array of its values";

/** What `values()` gives: the name of this type depends on the version of the compiler. */
type ListIterator<I> = ReturnType<I[]["values"]>;

type FaultInside<T, Left extends readonly unknown[]> = T extends readonly (infer I)[]
  ? Fault<I, Left>
  : T extends Map<infer K, infer V>
    ? Fault<K | V, Left>
    : T extends Set<infer I>
      ? Fault<I, Left>
      : // An interface or a class has no index signature, and does not get one: this takes plain objects only.
        T extends Readonly<Record<string, unknown>>
        ? Fault<T[keyof T], Left>
        : never;

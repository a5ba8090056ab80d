/** What the compiler knows of what can travel. The rest is found when it is sent. */

/** Nothing has this type; its name is what the compiler shows where such a value is passed. */
export interface CannotTravel<Why extends string> {
  readonly [reason: symbol]: Why;
  readonly cannotTravel: Why;
}

/**
 * `T` itself, unless it is of a kind that can never travel: then a type that nothing fits and whose name says why.
 * It looks at the value alone, not inside it, so that types stay simple; `unknown`, `any` and type parameters pass.
 */
export type Travels<T> = 0 extends 1 & T
  ? T
  : T extends Promise<unknown>
    ? CannotTravel<"a Promise: await it and send the result">
    : T extends WeakMap<WeakKey, unknown>
      ? T extends Map<unknown, unknown>
        ? T
        : CannotTravel<"a WeakMap: its entries cannot be listed, use a Map">
      : T extends WeakRef<WeakKey>
        ? CannotTravel<"a WeakRef: send what it refers to">
        : T extends Generator | AsyncGenerator
          ? CannotTravel<"a running generator: send an array of its values, or the generator function">
          : T extends WeakSet<WeakKey>
            ? T extends Set<unknown>
              ? T
              : CannotTravel<"a WeakSet: its members cannot be listed, use a Set">
            : T;

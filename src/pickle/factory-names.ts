/** Names that factories give to what is no variable of the user's. */

/** `import.meta` of the module that the function was written in. */
export const META = "$$heddle_meta";
/** Its `import()`. */
export const IMPORT = "$$heddle_import";
/** The `arguments` that an arrow function takes from the function around it. */
export const ARGUMENTS = "$$heddle_arguments";
/** Base class and computed keys of a class, and the switch that keeps user code from running while objects are rebuilt. */
export const CLASS = "$$heddle_class";

/** What a factory gets as CLASS. */
export interface ClassParts {
  readonly base: unknown;
  readonly keys: readonly PropertyKey[];
  readonly stamp: Stamp;
}

/** While `on`, constructors of rebuilt classes install their private fields and do nothing else. */
export interface Stamp {
  on: boolean;
  /** Writers of private fields by class, given by the static block that the factory adds. */
  readonly writers: WeakMap<object, PrivateWriters>;
}

/** `#name` writes a field, `static #name` a static one, `read #name` reads that. */
export interface PrivateWriters {
  readonly [name: string]: (target: object, value?: unknown) => unknown;
}

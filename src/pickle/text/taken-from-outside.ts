/** What a function takes from outside, as the walk through its tree finds it. */
import type { Mutation } from "./mutations.js";

/** Positions are those of the tree. */
export interface Outside {
  /** Free names and where each first occurs. */
  readonly free: Map<string, number>;
  /** Free names that are assigned to, and where. */
  readonly assigned: Map<string, number>;
  /** Places where objects that free names lead to are changed by assignment, `delete` or a method that is known to change. */
  readonly mutations: Mutation[];
  /** Members of free names, as `Math.random`, and where. */
  readonly members: Map<string, number>;
  /** Methods that are called by name on anything, and where. */
  readonly methods: Map<string, number>;
  /** Private names, without the `#`, of classes around the function, and where. */
  readonly privateNames: Map<string, number>;
  readonly importMetas: (readonly [start: number, end: number])[];
  /** The word `import` of each dynamic import. */
  readonly dynamicImports: (readonly [start: number, end: number])[];
  usesThis: boolean;
  usesArguments: boolean;
  usesNewTarget: boolean;
  usesSuper: boolean;
  usesEval: boolean;
}

/** @returns what is known before the walk */
export function nothingOutside(): Outside {
  return {
    ...{ free: new Map(), assigned: new Map(), mutations: [], members: new Map(), methods: new Map() },
    ...{ privateNames: new Map(), importMetas: [], dynamicImports: [] },
    ...{ usesThis: false, usesArguments: false, usesNewTarget: false, usesSuper: false, usesEval: false },
  };
}

/** A place where a name from outside stands: by itself, for a property of the same name too, or to be called. */
export interface Use {
  readonly name: string;
  readonly start: number;
  readonly as: "name" | "shorthand" | "callee";
}

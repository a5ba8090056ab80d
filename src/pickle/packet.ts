/**
 * What travels: a graph of nodes that refer to each other by index, in a form that structured clone carries.
 *
 * The sender decides everything (what goes by reference, the order of building, which variables close a cycle, the
 * edited source text); the receiver only carries it out:
 *
 *   1. build every node in `order`: everything a node needs to exist comes before it
 *   2. fill every node: properties, items, entries
 *   3. settle: variables that close a cycle, then integrity (freeze)
 *
 * Plain data needs no nodes: it stands as itself wherever an Entry is expected. Structured clone keeps identity within
 * one message, so two entries that hold the same plain object still hold one object on the other side.
 */

/** A number is the index of a node; an array holds the value itself, as structured clone carries it. */
export type Entry = number | readonly [value: unknown];

/** Attributes of a property, as bits. */
export const WRITABLE = 1;
export const ENUMERABLE = 2;
export const CONFIGURABLE = 4;
/** The row holds a getter and a setter instead of a value. */
export const ACCESSOR = 8;

/** One property: a data property, or with ACCESSOR the getter and the setter. A key that is a symbol is an entry. */
export type PropertyRow = readonly [key: string | Entry, flags: number, value: Entry, setter?: Entry];

/** `values` are ordinary data properties in order, with `undefined` in the places that `rows` fill. */
export interface Properties {
  readonly values?: Readonly<Record<string, unknown>>;
  readonly rows?: readonly PropertyRow[];
  readonly integrity?: "freeze" | "seal" | "preventExtensions";
}

/** Source of a factory: evaluated, it is a function of the captured variables that returns the function itself. */
export interface Code {
  readonly source: string;
  /** Position of the source in the user's file, so that stacks show it. */
  readonly filename: string;
  readonly line: number;
  readonly column: number;
  /** The function's own text where `source` holds an edited form of it. */
  readonly text?: string;
  /** Variables that are held in cells: see encode/function/cells. */
  readonly cells?: readonly string[];
  readonly strict: boolean;
  /** URL of the module it was written in. */
  readonly url: string;
  /** Where V8 says the function begins, in that module. */
  readonly at: readonly [line: number, column: number];
}

/** A function or class that travels by value. */
export interface FunctionNode extends Properties {
  readonly t: "function" | "class";
  readonly origin: string;
  /** Two packets that bring this function give one and the same: classes, and functions used as constructors. */
  readonly interned: boolean;
  /** Undefined where the class has a member of that name. */
  readonly name: string | undefined;
  readonly length?: number | undefined;
  code: Code;
  /** Arguments of the factory. */
  env: readonly Entry[];
  /** Variables that are set after everything is built, because they lead back to this function. */
  late: readonly Entry[];
  /** The lexical `this` of an arrow function. */
  readonly self?: Entry;
  /** What a class is made with, if anything: the factory's first argument. A key that is null: that method was replaced. */
  readonly parts?: { readonly base?: Entry; readonly keys: readonly Entry[] };
  /** What it inherits from, if that is not what its text gives it. */
  readonly proto?: Entry;
  /** Members in the text of a class that have other attributes by now, or null: are there no more. */
  readonly members?: readonly (readonly [key: string | Entry, isStatic: boolean, flags: number | null])[];
  /** What was changed about its prototype, or another object that is its prototype as a `whole`. */
  readonly prototype?: Properties & { readonly proto?: Entry; readonly whole?: Entry };
  /** Values of static private fields. */
  readonly staticPrivates?: readonly (readonly [name: string, value: Entry])[];
  /** Statics that were assigned to since the class was first sent from home, and how often between one message and another. */
  readonly assigned?: readonly StaticVersion[];
  /** How objects of the class travel, where the user decided that. */
  readonly hooks?: HookEntries;
}

/** `private` names begin with `#`. */
export type StaticVersion = readonly [name: string, isPrivate: boolean, version: number];

/** The user's two functions. */
export interface HookEntries {
  readonly reduce: Entry;
  readonly revive: Entry;
}

/** What an object has in the private fields of one of its classes. */
export interface PrivateState {
  readonly cls: Entry;
  /** The class extends another. */
  readonly derived: boolean;
  /** It has a constructor of its own. */
  readonly explicit: boolean;
  readonly values: readonly (readonly [name: string, value: Entry])[];
}

/** The WeakMap or WeakSet of a class, and what it has for an object. */
export type WeakState = readonly [weak: Entry, value: Entry];

/** The class that has an object as a static member, or the Map in which it keeps it, and under which key. */
export type Pool = readonly [holder: Entry, key: unknown];

export type ObjectNode = Properties &
  /** One with an `origin` is a prototype: where it has arrived before, it is that one. */
  (
    | { readonly t: "object"; readonly proto?: Entry; readonly origin?: string; readonly pool?: Pool }
    | { readonly t: "array"; readonly items: unknown[]; readonly proto?: Entry }
    | { readonly t: "map"; readonly entries: readonly Entry[]; readonly proto?: Entry }
    | { readonly t: "set"; readonly items: readonly Entry[]; readonly proto?: Entry }
    | {
        readonly t: "native";
        readonly value: unknown;
        readonly lastIndex?: number;
        readonly proto?: Entry;
        /** Of a view, if that is a node, which arrives as the buffer that the view has there. */
        readonly buffer?: Entry;
      }
    | {
        readonly t: "view";
        readonly kind: string;
        readonly buffer: Entry;
        readonly at: number;
        /** Absent if the view follows the length of its buffer. */
        readonly length?: number;
        readonly proto?: Entry;
      }
    | { readonly t: "error"; readonly stack?: string; readonly proto: Entry }
    | { readonly t: "exception"; readonly stack?: string; readonly message: string; readonly name: string }
  ) & { readonly privates?: readonly PrivateState[]; readonly weak?: readonly WeakState[] };

/** An object whose class registered a hook: rebuilt by the class itself. */
export interface RevivedNode extends Properties {
  readonly t: "revived";
  readonly url: string;
  readonly name: string;
  readonly cls: Entry;
  readonly data: Entry;
  /** Nodes to fill before the class is asked: all of `data`. */
  before: readonly number[];
  readonly privates?: readonly PrivateState[];
}

/** An object whose class the user registered: rebuilt by the user's function, which travels beside it. */
export interface ReducedNode extends HookEntries {
  readonly t: "reduced";
  readonly cls: Entry;
  /** The registered class: `cls`, or one that it extends. */
  readonly owner: Entry;
  readonly data: Entry;
  before: number[];
}

/** What `bind` gave; its `name` and `length` are among the properties. */
export interface BoundNode extends Properties {
  readonly t: "bound";
  readonly target: Entry;
  readonly self: Entry;
  readonly args: readonly Entry[];
}

/** An object or function of Node's that is made anew from arguments. */
export interface MadeNode extends Properties {
  readonly t: "made";
  readonly by:
    | "URL"
    | "URLSearchParams"
    | "AbortSignal.abort"
    | "Headers"
    | "FormData"
    | "promisify"
    | "callbackify"
    | "arguments"
    | "debuglog"
    | `new ${string}`;
  readonly args: readonly Entry[];
}

/** What a variable that the code of `of` sees holds, or own properties lead to from there; see packages/kept. */
export interface KeptNode {
  readonly t: "kept";
  readonly of: Entry;
  readonly variable: string;
  readonly kind: "function" | "object" | "symbol";
  readonly path: readonly string[];
  /** That of a symbol. */
  readonly text?: string;
  /** What is put there if the module has not yet. */
  readonly lazily?: "WeakMap" | "WeakSet";
}

export type PacketNode =
  | FunctionNode
  | ObjectNode
  | RevivedNode
  | ReducedNode
  | { readonly t: "known"; readonly name: string }
  /** An export of a module, or what the own properties in `path` lead to from there. */
  | {
      readonly t: "import";
      readonly url: string;
      readonly name: string;
      readonly path?: readonly string[];
      readonly attributes?: Record<string, string>;
    }
  | { readonly t: "context"; readonly kind: "meta" | "import" | "require"; readonly url: string }
  | { readonly t: "symbol"; readonly kind: "registered" | "unique"; readonly text: string; readonly origin: string }
  | KeptNode
  /** A cell of the receiver's own variable in the module that exports `of`; see packages/live-variables. */
  | { readonly t: "live"; readonly of: Entry; readonly variable: string }
  /** The prototype of a class; what was `added` to it while the program ran is taken where it is not there. */
  | { readonly t: "prototype"; readonly of: Entry; readonly added?: Properties }
  /** A method that stands in the text of the class. */
  | { readonly t: "member"; readonly of: Entry; readonly key: string | Entry }
  | MadeNode
  | BoundNode;

export interface Packet {
  readonly root: Entry;
  readonly nodes?: readonly PacketNode[];
  readonly order?: readonly number[];
  /** URL of the program's entry module, which is never loaded in a worker. */
  readonly entry?: string;
}

/** Classes whose objects live in shared memory, made from a list of typed fields. */
import { inspect } from "node:util";
import { HEADER_BYTES } from "../memory/allocator.js";
import type { Kind, KindValue } from "../memory/cell.js";
import { ObjectKind } from "../memory/ledger.js";
import type { Realm } from "../memory/realm.js";
import { type Address, SharedObject } from "../objects/shared-object.js";
import { type AnyClass, register, registerMade } from "../pickle/registry.js";
import { typeError } from "../platform/errors/errors.js";
import type { Look } from "../platform/words/shown.js";
import { layoutOf, type PlainFields, plainFields, type StructLayout } from "./struct-layout.js";
import type { Root } from "./struct-text.js";
import { TEXT_LOCK_BYTES } from "./struct-text.js";
import { assign, jsonCopy, plainCopy, type StructView, viewClass } from "./struct-view.js";

/** What a field may be. */
export type FieldType = Kind | `string(${number})` | Fields | readonly [FieldType, number] | AnyStructClass;

/** Any class that `struct` made. */
export type AnyStructClass = Pick<StructClass<unknown>, "fields" | "bytes"> & { readonly prototype: Struct };

/** Fields by name. */
export interface Fields {
  readonly [name: string]: FieldType;
}

/** An array in a struct. */
export interface StructItems<T> extends Iterable<T> {
  [index: number]: T;
  readonly length: number;
  at(index: number): T | undefined;
  set(index: number, value: T): void;
}

/** What reading a field of that type gives. */
export type FieldValue<T> = T extends Kind
  ? KindValue<T>
  : T extends `string(${number})`
    ? string
    : T extends readonly [infer I, number]
      ? StructItems<FieldValue<I>>
      : T extends { readonly fields: infer F; readonly prototype: Struct }
        ? FieldsOf<F>
        : FieldsOf<T>;

/** The properties of a struct: arrays are filled, not replaced. */
export type FieldsOf<F> = {
  -readonly [N in keyof F as F[N] extends readonly unknown[] ? never : N]: FieldValue<F[N]>;
} & { readonly [N in keyof F as F[N] extends readonly unknown[] ? N : never]: FieldValue<F[N]> };

/** What a field may be begun with: of a struct some of its fields, of an array any iterable. */
export type InitialValue<T> = T extends Kind
  ? KindValue<T>
  : T extends `string(${number})`
    ? string
    : T extends readonly [infer I, number]
      ? Iterable<InitialValue<I>>
      : T extends { readonly fields: infer F; readonly prototype: Struct }
        ? Partial<InitialFields<F>>
        : Partial<InitialFields<T>>;

type InitialFields<F> = { -readonly [N in keyof F]: InitialValue<F[N]> };

/** A class that `struct` made. */
export interface StructClass<F> {
  /** @throws {TypeError | RangeError} if a value does not fit its field */
  new (initial?: Partial<InitialFields<F>>): Struct & FieldsOf<F>;
  readonly prototype: Struct & FieldsOf<F>;
  /** What it was made from. */
  readonly fields: F;
  /** Bytes that one object takes. */
  readonly bytes: number;
}

/** Base of all classes that `struct` makes. */
export abstract class Struct extends SharedObject {
  static {
    register<Struct, Address>(Struct, {
      url: import.meta.url,
      name: "Struct",
      reach: SharedObject.reachOf,
      reduce: SharedObject.addressOf,
      revive: (address, actualClass, inside) =>
        SharedObject.at(address, madeClassOf(actualClass), actualClass, inside) as Struct,
    });
  }

  readonly #view: StructView;

  protected constructor(layout: StructLayout, View: typeof StructView, initial: unknown) {
    super(layout.at + layout.size, ObjectKind.PLAIN);
    const memory = SharedObject.realmOf(this);
    memory.heap.renew();
    const root = new StructRoot(memory, () => this.handle);
    this.#view = new View(root, layout.at);
    this.begin(() => {
      if (initial !== undefined) assign(this.#view, initial, this.constructor.name);
    });
  }

  /** @internal */
  static viewOf(struct: Struct): StructView {
    return struct.#view;
  }

  /**
   * A plain copy of all fields, one after the other: hold a lock if others may write meanwhile. In JSON, which knows no
   * bigint, numbers of the kinds `i64` and `u64` are strings.
   *
   * @param key given by `JSON.stringify`
   */
  toJSON(key?: string): Record<string, unknown> {
    if (key === undefined) return plainCopy(this.#view) as Record<string, unknown>;
    return (!(#view in this) || this.isDisposed ? String(this) : jsonCopy(this.#view)) as Record<string, unknown>;
  }

  /** @internal */
  protected override describe(): Look {
    return { holds: plainCopy(this.#view) as object };
  }
}

/** A class, since an object with a getter of its own is read slowly: a field took twice as long. */
class StructRoot implements Root {
  readonly heap: Realm["heap"];
  readonly owners: Realm["owners"];
  readonly #handle: () => number;

  constructor({ heap, owners }: Realm, handle: () => number) {
    this.heap = heap;
    this.owners = owners;
    this.#handle = handle;
  }

  get byte(): number {
    return this.#handle() * 64 + HEADER_BYTES;
  }
}

/** Classes of this thread, by their fields as text. */
const classes = new Map<string, AnyStructClass>();
const fieldsOfClass = new WeakMap<object, PlainFields>();

/**
 * Makes a class whose objects live in memory that all threads share. A field is a kind of number (`"f64"`), text of
 * at most so many bytes of UTF-8 (`"string(64)"`), further fields, another struct, or an array `[type, count]` of any
 * of these. Equal fields give one class; extend it to add methods.
 *
 * Reads and writes of one field are whole: a number never tears, and a text is the old one or the new one, also if the
 * writing thread is killed. Use a Lock for changes that take several.
 *
 * Python: ctypes.Structure in multiprocessing.sharedctypes.
 *
 * @throws {TypeError | RangeError} if a field is not of any type there is; the message names it
 * @example
 * import { struct } from "heddle/shared";
 * import { Thread } from "heddle/threading";
 *
 * const Place = struct({ name: "string(32)", pos: { lat: "f64", lon: "f64" }, visits: ["u32", 7] });
 * const place = new Place({ name: "Kalmar", pos: { lat: 56.66 } });
 * await new Thread({ target: () => { place.pos.lon = 16.36; place.visits[6] = 3; } }).start().join();
 * console.log(place.name, place.pos.lat, place.pos.lon, [...place.visits]); // Kalmar 56.66 16.36 [ 0, 0, 0, 0, 0, 0, 3 ]
 */
export function struct<const F extends Fields>(fields: F): StructClass<F> {
  const plain = plainFields(fields, (made) => fieldsOfClass.get(made as object));
  const text = JSON.stringify(plain);
  let made = classes.get(text);
  if (made === undefined) {
    made = makeClass(plain);
    classes.set(text, made);
    fieldsOfClass.set(made, plain);
    registerMade(made as AnyStructClass & AnyClass, { url: import.meta.url, name: "struct", data: plain });
  }
  return made as StructClass<F>;
}

/** @returns the class that `struct` made, of which `actualClass` may be a user's subclass */
function madeClassOf(actualClass: AnyClass): AnyClass {
  let made = actualClass;
  while (!fieldsOfClass.has(made)) made = Object.getPrototypeOf(made) as AnyClass;
  return made;
}

register(struct, {
  url: import.meta.url,
  name: "struct",
  reduce: (made) => made,
  revive: (plain) => struct(plain as Fields),
});

function makeClass(plain: PlainFields): AnyStructClass {
  const layout = layoutOf(plain, TEXT_LOCK_BYTES);
  const View = viewClass(layout);
  const made = class extends Struct {
    static readonly fields = plain;
    static readonly bytes = layout.at + layout.size + HEADER_BYTES;
    constructor(initial?: unknown) {
      super(layout, View, initial);
    }
  };
  Object.defineProperty(made, "name", { value: "Struct" });
  showStatically(made, plain);
  for (const name of layout.fields.keys()) {
    if (name in Struct.prototype) throw typeError(`struct: a field cannot be called ${name}: objects have that`);
    defineField(made.prototype, name);
  }
  return made;
}

/** The class shows what it was made from; a class that a user derives from it, its name too. */
function showStatically(made: AnyStructClass, plain: PlainFields): void {
  const value = function (this: { readonly name: string }, _depth: unknown, options: object): string {
    const fields = `struct(${inspect(plain, options)})`;
    return this === (made as unknown) ? fields : `[class ${this.name} extends ${fields}]`;
  };
  Object.defineProperty(made, inspect.custom, { value, configurable: true, writable: true });
}

/** The struct itself shows the fields of its view. */
function defineField(prototype: Struct, name: string): void {
  Object.defineProperty(prototype, name, {
    enumerable: true,
    get(this: Struct) {
      return (Struct.viewOf(this) as unknown as Record<string, unknown>)[name];
    },
    set(this: Struct, value: unknown) {
      (Struct.viewOf(this) as unknown as Record<string, unknown>)[name] = value;
    },
  });
}

/**
 * Fields of a struct as properties: a view is an object and the byte where its fields begin.
 *
 * The accessors of a layout are made once and stand on the prototype of a class of their own; views of nested structs
 * and arrays are small objects made at each access. A view holds the struct it belongs to, so the memory outlives it.
 */
import { fieldAccess } from "../memory/field.js";
import { checkInteger, wrongType } from "../platform/errors/arguments.js";
import { rangeError, typeError } from "../platform/errors/errors.js";
import { jsonOf, showAs } from "../platform/words/shown.js";
import { quote } from "../platform/words/user-text.js";
import { Indexed } from "./indexed.js";
import { checkKindValue, fits, KIND_RANGES } from "./kinds.js";
import type { ArrayLayout, Layout, StructLayout } from "./struct-layout.js";
import { type Root, readText, writeText } from "./struct-text.js";

/** Reads and writes a field of the struct at that root, `base` bytes into it. */
interface Access {
  get(root: Root, base: number): unknown;
  set(root: Root, base: number, value: unknown): void;
}

export class StructView {
  static {
    showAs<StructView>(StructView, {
      name: "",
      isMade: (view) => #root in view,
      look: (view) => ({ holds: plainCopy(view) as object }),
      json: (view) => jsonCopy(view),
    });
  }

  readonly #root: Root;
  readonly #base: number;

  constructor(root: Root, base: number) {
    this.#root = root;
    this.#base = base;
  }
  static rootOf(view: StructView): Root {
    return view.#root;
  }
  static baseOf(view: StructView): number {
    return view.#base;
  }
}

/** An array inside a struct; its length is fixed. */
class ItemsView extends Indexed<unknown> {
  static {
    showAs<ItemsView>(ItemsView, {
      name: "Items",
      isMade: (items) => #root in items,
      look: (items, most) => {
        const holds = Array.from({ length: Math.min(items.length, most) }, (_, index) => plainCopy(items.at(index)));
        return { holds, more: items.length - holds.length };
      },
      json: (items) => jsonCopy(items),
    });
  }

  readonly #root: Root;
  readonly #base: number;
  readonly #layout: ArrayLayout;
  readonly #access: Access;

  constructor(root: Root, base: number, layout: ArrayLayout, access: Access) {
    super();
    this.#root = root;
    this.#base = base;
    this.#layout = layout;
    this.#access = access;
  }
  get length(): number {
    return this.#layout.count;
  }
  at(index: number): unknown {
    const place = index < 0 ? this.length + index : index;
    if (!Number.isInteger(place) || place < 0 || place >= this.length) return undefined;
    return this.#access.get(this.#root, this.#base + place * this.#layout.item.size);
  }
  set(index: number, value: unknown): void {
    checkInteger("struct: index", index, -this.length, this.length - 1);
    const place = index < 0 ? this.length + index : index;
    this.#access.set(this.#root, this.#base + place * this.#layout.item.size, value);
  }
}

/** @returns the value as plain data; `leaf` makes its numbers and texts */
export function plainCopy(value: unknown, leaf: (value: unknown) => unknown = (same) => same): unknown {
  if (value instanceof ItemsView) return [...value].map((item) => plainCopy(item, leaf));
  if (!(value instanceof StructView)) return leaf(value);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(Object.getPrototypeOf(value) as object)) {
    copy[name] = plainCopy((value as unknown as Record<string, unknown>)[name], leaf);
  }
  return copy;
}

/** @returns the value as JSON can hold it */
export function jsonCopy(value: unknown): unknown {
  return plainCopy(value, jsonOf);
}

/** @returns a class of views with one accessor per field */
export function viewClass(layout: StructLayout, where = ""): typeof StructView {
  const View = class extends StructView {};
  for (const [name, field] of layout.fields) {
    if (name in StructView.prototype) throw typeError(`struct: a field cannot be called ${name}: objects have that`);
    const { get, set } = accessOf(field, `${where}${name}`);
    Object.defineProperty(View.prototype, name, {
      enumerable: true,
      get(this: StructView) {
        return get(StructView.rootOf(this), StructView.baseOf(this) + field.at);
      },
      set(this: StructView, value: unknown) {
        set(StructView.rootOf(this), StructView.baseOf(this) + field.at, value);
      },
    });
  }
  return View;
}

function accessOf(layout: Layout, name: string): Access {
  switch (layout.type) {
    case "number":
      return numberAccess(layout.kind, name);
    case "string":
      return {
        get: (root, base) => readText(root, base, layout.limit),
        set: (root, base, value) => writeText(root, base, layout.limit, value, name),
      };
    case "struct":
      return structAccess(layout, name);
    case "array":
      return arrayAccess(layout, name);
  }
}

function numberAccess(kind: Parameters<typeof fieldAccess>[0], name: string): Access {
  const { read, write } = fieldAccess(kind);
  const range = KIND_RANGES[kind];
  return {
    get: (root, base) => read(root.heap, root.byte + base),
    set: (root, base, value) => {
      if (!fits(range, value)) checkKindValue("struct: field", kind, name, value);
      write(root.heap, root.byte + base, value as never);
    },
  };
}

function structAccess(layout: StructLayout, name: string): Access {
  const View = viewClass(layout, `${name}.`);
  return {
    get: (root, base) => new View(root, base),
    set: (root, base, value) => assign(new View(root, base), value, `struct: ${name}`),
  };
}

function arrayAccess(layout: ArrayLayout, name: string): Access {
  const access = accessOf(layout.item, `${name}[]`);
  return {
    get: (root, base) => new ItemsView(root, base, layout, access),
    set: (root, base, value) => {
      if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) {
        throw wrongType(`struct: ${name}`, `an iterable of at most ${layout.count} items`, value);
      }
      const items = [...(value as Iterable<unknown>)];
      if (items.length > layout.count) {
        throw rangeError(`struct: ${name} has room for ${layout.count} items, got ${items.length}`);
      }
      for (const [index, item] of items.entries()) access.set(root, base + index * layout.item.size, item);
    },
  };
}

/** Sets the fields that `values` has. @throws {TypeError} if it has one that the view does not have */
export function assign(view: StructView, values: unknown, where: string): void {
  if (typeof values !== "object" || values === null) throw wrongType(where, "an object with fields", values);
  const plain = values instanceof StructView ? (plainCopy(values) as object) : values;
  for (const [name, value] of Object.entries(plain)) {
    if (!Object.keys(Object.getPrototypeOf(view) as object).includes(name)) {
      throw typeError(`${where} has no field ${quote(name)}`);
    }
    (view as unknown as Record<string, unknown>)[name] = value;
  }
}

/** Objects of Node and the language that are wholly described by what they were made from: they are made again. */
import { isDeepStrictEqual } from "node:util";
import type { AnyClass } from "../registry.js";

type Arguments = readonly unknown[];

/** How the objects of a class say what they were made from. */
interface Made {
  readonly cls: AnyClass;
  readonly name: string;
  argumentsOf(object: object): Arguments;
}

let table: ReadonlyMap<object, Made> | undefined;

/** What an object is made again from. */
export interface MadeAgain {
  /** Name of its class. */
  readonly name: string;
  readonly args: Arguments;
  /** @returns whether the property is Node's own: a new one has it by itself */
  hasItself(key: PropertyKey): boolean;
}

/** @returns what to make it from; undefined if it is none of these, or would come out different */
export function madeOf(object: object): MadeAgain | undefined {
  table ??= new Map(all().map((each) => [each.cls.prototype, each]));
  const made = table.get(Object.getPrototypeOf(object) as object);
  const args = made && attempt(() => made.argumentsOf(object));
  if (made === undefined || args === undefined) return undefined;
  const again = attempt(() => Reflect.construct(made.cls, [...args]) as object);
  // Options may come back in a form that means something else to the constructor.
  if (again === undefined || !isDeepStrictEqual(made.argumentsOf(again), args)) return undefined;
  return { name: made.name, args, hasItself: (key) => Object.hasOwn(again, key) };
}

/** What inherits from one of these, but was not made by its constructor, refuses to answer. */
function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

function all(): Made[] {
  return [
    {
      cls: TextEncoder,
      name: "TextEncoder",
      argumentsOf: (object) => [getter(TextEncoder, "encoding")(object)].slice(1),
    },
    { cls: TextDecoder, name: "TextDecoder", argumentsOf: decoderArguments },
    ...Object.getOwnPropertyNames(Intl).flatMap(formats),
  ];
}

function getter(cls: AnyClass, key: string): (object: object) => unknown {
  const get = Object.getOwnPropertyDescriptor(cls.prototype, key)?.get as () => unknown;
  return (object) => Reflect.apply(get, object, []);
}

function decoderArguments(object: object): Arguments {
  const [encoding, fatal, ignoreBOM] = ["encoding", "fatal", "ignoreBOM"].map((key) =>
    getter(TextDecoder, key)(object),
  );
  return [encoding, { fatal, ignoreBOM }];
}

/** Every class of `Intl`, those too that a newer engine has. */
function formats(name: string): Made[] {
  const cls: unknown = Object.getOwnPropertyDescriptor(Intl, name)?.value;
  if (typeof cls !== "function" || typeof cls.prototype !== "object") return [];
  const ask = (object: object, method: string): unknown =>
    Reflect.apply((cls.prototype as Record<string, () => unknown>)[method] as () => unknown, object, []);
  const argumentsOf = (object: object): Arguments => {
    if (name === "Locale") return [ask(object, "toString")];
    const { locale, ...options } = ask(object, "resolvedOptions") as { readonly locale: string };
    return [locale, options];
  };
  return [{ cls: cls as AnyClass, name: `Intl.${name}`, argumentsOf }];
}

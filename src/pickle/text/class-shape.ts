/** What rebuilding a class must know of its text: where its members are and which of them are edited. */
import type * as Acorn from "acorn";
import { afterInertSuper, onlySetsFields, takesAnything } from "./constructor-effects.js";
import { isInert } from "./inert.js";
import { type NameSources, nameSources } from "./name-sources.js";
import type { ClassSyntax } from "./syntax.js";

/** Part of the text: from `start` up to `end`. */
export type Span = readonly [start: number, end: number];

export interface Member {
  readonly kind: "constructor" | "method" | "get" | "set" | "field" | "static-block";
  readonly isStatic: boolean;
  readonly span: Span;
  /** Undefined for a static block. */
  readonly key?: Span;
  readonly computed: boolean;
  /** Of a field with a computed name: what that is made from, if that can be told. */
  readonly sources?: NameSources;
  /** Name of a member that has neither a computed nor a private one. */
  readonly name?: string;
  /** Name without the `#` of a private member. */
  readonly privateName?: string;
  /** Initialiser of a field, function of a method. */
  readonly value?: Span;
  /** The initialiser has no effect that outlives it: see inert.ts. */
  readonly isInert: boolean;
}

export interface ClassShape {
  readonly superclass?: Span;
  readonly members: readonly Member[];
  /** Just before the closing brace. */
  readonly end: number;
  readonly constructorBody?: number;
  readonly constructorParameters?: { readonly span: Span; readonly simple: boolean };
  /** Where the constructor goes on after `super()`, if nothing happens before: see constructor-effects.ts. */
  readonly afterSuper?: number | null;
  /** The constructor can be called with arguments that stand in for any value, and its body is not reached before its entry. */
  readonly takesAnything: boolean;
  /** It has no constructor, or one that only sets fields. */
  readonly onlySetsFields: boolean;
  /** Objects of the class have private fields, methods or accessors. */
  readonly hasPrivateState: boolean;
  readonly hasPrivateNames: boolean;
}

/** @returns the shape of a class; positions are those of the tree minus `offset` */
export function shapeOf(node: ClassSyntax, offset: number): ClassShape {
  const span = (part: { start: number; end: number }): Span => [part.start - offset, part.end - offset];
  const members = node.body.body.map((member) => memberOf(member, span));
  const maker = node.body.body.find((m) => m.type === "MethodDefinition" && m.kind === "constructor");
  const made = maker?.type === "MethodDefinition" ? maker.value : undefined;
  const afterSuper = made && node.superClass ? afterInertSuper(made) : undefined;
  const params = made?.params ?? [];
  const [first, last] = [params[0], params.at(-1)];
  return {
    members,
    end: node.body.end - offset - 1,
    takesAnything: made === undefined || takesAnything(made.params),
    onlySetsFields: made === undefined || onlySetsFields(made),
    hasPrivateState: members.some((m) => m.privateName !== undefined && !m.isStatic),
    hasPrivateNames: members.some((m) => m.privateName !== undefined),
    ...(node.superClass ? { superclass: span(node.superClass) } : {}),
    ...(made ? { constructorBody: made.body.start - offset + 1 } : {}),
    ...(afterSuper === undefined ? {} : { afterSuper: afterSuper === null ? null : afterSuper - offset }),
    ...(first && last
      ? {
          constructorParameters: {
            span: [first.start - offset, last.end - offset],
            simple: params.every((p) => p.type === "Identifier"),
          },
        }
      : {}),
  };
}

function memberOf(
  member: Acorn.MethodDefinition | Acorn.PropertyDefinition | Acorn.StaticBlock,
  span: (part: { start: number; end: number }) => Span,
): Member {
  if (member.type === "StaticBlock")
    return { kind: "static-block", isStatic: true, span: span(member), computed: false, isInert: false };
  const { key, computed } = member;
  const name = computed ? undefined : plainName(key);
  const sources = computed && member.type === "PropertyDefinition" ? nameSources(key) : undefined;
  return {
    kind: member.type === "PropertyDefinition" ? "field" : member.kind,
    isStatic: member.static,
    span: span(member),
    key: span(key),
    computed,
    ...(name !== undefined ? { name } : {}),
    ...(sources !== undefined ? { sources } : {}),
    ...(key.type === "PrivateIdentifier" ? { privateName: key.name } : {}),
    ...(member.value ? { value: span(member.value) } : {}),
    isInert: !member.value || isInert(member.value),
  };
}

/** @returns the name that a key stands for which is not computed, or undefined for a private one */
export function plainName(key: Acorn.Expression | Acorn.PrivateIdentifier): string | undefined {
  if (key.type === "Identifier") return key.name;
  return key.type === "Literal" ? String(key.bigint ?? key.value) : undefined;
}

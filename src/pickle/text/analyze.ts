/** All that is known of a function or class from its text alone, remembered by that text. */
import { withinStack } from "./bounded-parser.js";
import { type ClassShape, plainName, type Span, shapeOf } from "./class-shape.js";
import { takesAnything } from "./constructor-effects.js";
import { type FirstStep, firstStep } from "./first-step.js";
import { findOutside } from "./free-names.js";
import type { Mutation } from "./mutations.js";
import { type Form, type ParsedFunction, parseFunction } from "./syntax.js";

/** Positions count from the start of `text`. */
export interface Analysis {
  readonly text: string;
  readonly form: Form;
  /** Names taken from outside, in the order of their first use. */
  readonly free: readonly string[];
  /** The function's own name, if it uses that: its own if it is an expression, a variable outside if it is declared. */
  readonly ownName?: { readonly name: string; readonly span: Span };
  /** Names from outside that are assigned to, the own name too, and where. */
  readonly assigned: ReadonlyMap<string, number>;
  /** Places where objects that names from outside lead to are changed. */
  readonly mutations: readonly Mutation[];
  /** Members of names from outside, as `Math.random`, and where. */
  readonly members: ReadonlyMap<string, number>;
  /** Methods that are called by name on anything, and where. */
  readonly methods: ReadonlyMap<string, number>;
  readonly importMetas: readonly Span[];
  readonly dynamicImports: readonly Span[];
  readonly usesThis: boolean;
  readonly usesArguments: boolean;
  readonly usesNewTarget: boolean;
  readonly usesSuper: boolean;
  /** Private names, without the `#`, of classes around the function, and where. */
  readonly privateNames: ReadonlyMap<string, number>;
  readonly usesEval: boolean;
  /** No parameter has a default or is destructured: calling it runs nothing before its body. */
  readonly simpleParameters: boolean;
  /**
   * Of a function that, called with arguments that stand in for any value, runs nothing before its body: what that
   * evaluates first.
   */
  readonly firstStep?: FirstStep;
  /** A generator's `prototype` is its own; a function of this kind cannot be used as a constructor. */
  readonly isGenerator: boolean;
  /** What V8 calls the location of the function: the `(` of the parameters, or the start. */
  readonly anchor: number;
  /** Key of a method, getter or setter, with the brackets if it is computed. */
  readonly key?: Span;
  readonly computedKey: boolean;
  /** What the key stands for, unless it is computed. */
  readonly keyName?: string;
  readonly shape?: ClassShape;
}

/** Texts remembered. A program has a bounded number of functions, but `new Function` can make any number of them. */
const MOST_REMEMBERED = 4096;
const remembered = new Map<string, Analysis>();

/** @throws {SyntaxError} if `text` is not the text of a function or class */
export function analyze(text: string): Analysis {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const analysis = withinStack(() => describe(text, parseFunction(text)));
  remembered.set(text, analysis);
  return analysis;
}

function describe(text: string, parsed: ParsedFunction): Analysis {
  const { node, form, property, offset } = parsed;
  const outside = findOutside(parsed);
  const span = ([start, end]: Span): Span => [start - offset, end - offset];
  const keyName = property && !property.computed ? plainName(property.key) : undefined;
  const step = firstStepOf(parsed);
  const shape = node.type === "ClassExpression" ? shapeOf(node, offset) : undefined;
  const id = node.type === "FunctionExpression" && node.id && outside.free.has(node.id.name) ? node.id : undefined;
  return {
    text,
    form,
    free: [...outside.free.keys()].filter((name) => name !== id?.name),
    assigned: positions(outside.assigned, offset),
    mutations: outside.mutations.map((each) => ({ ...each, at: each.at - offset })),
    members: positions(outside.members, offset),
    methods: positions(outside.methods, offset),
    importMetas: outside.importMetas.map(span),
    dynamicImports: outside.dynamicImports.map(span),
    usesThis: outside.usesThis,
    usesArguments: outside.usesArguments && form === "arrow",
    usesNewTarget: outside.usesNewTarget,
    usesSuper: outside.usesSuper,
    privateNames: positions(outside.privateNames, offset),
    usesEval: outside.usesEval,
    simpleParameters: node.type !== "ClassExpression" && node.params.every((p) => p.type === "Identifier"),
    isGenerator: node.type === "FunctionExpression" && node.generator,
    anchor: anchorOf(text, parsed),
    computedKey: property?.computed ?? false,
    ...(property ? { key: keySpan(text, property, offset) } : {}),
    ...(keyName === undefined ? {} : { keyName }),
    ...(step ? { firstStep: step } : {}),
    ...(shape ? { shape } : {}),
    ...(id ? { ownName: { name: id.name, span: span([id.start, id.end]) } } : {}),
  };
}

function firstStepOf({ node, offset }: ParsedFunction): FirstStep | undefined {
  return node.type === "ClassExpression" || !takesAnything(node.params) ? undefined : firstStep(node.body, offset);
}

function positions(names: ReadonlyMap<string, number>, offset: number): Map<string, number> {
  return new Map([...names].map(([name, at]) => [name, at - offset]));
}

function anchorOf(text: string, { node, form, property, offset }: ParsedFunction): number {
  if (property) return property.value.start - offset;
  if (form === "arrow") return 0;
  if (node.type === "ClassExpression") {
    const maker = node.body.body.find((m) => m.type === "MethodDefinition" && m.kind === "constructor");
    return maker?.type === "MethodDefinition" ? maker.value.start - offset : 0;
  }
  return skipTo("(", text, 0);
}

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*/y;

/** @returns where `sign` stands first after `from`, outside of comments; in between are only names and signs */
function skipTo(sign: string, text: string, from: number): number {
  for (let at = from; at < text.length; ) {
    if (text[at] === sign) return at;
    COMMENT.lastIndex = at;
    at += text[at] === "/" ? (COMMENT.exec(text)?.[0].length ?? 1) : 1;
  }
  return -1;
}

/** The key's span; of a computed one with the brackets, which may have blanks and comments inside. */
function keySpan(
  text: string,
  property: { start: number; key: { start: number; end: number }; computed: boolean },
  offset: number,
): Span {
  const { start, end } = property.key;
  if (!property.computed) return [start - offset, end - offset];
  return [skipTo("[", text, property.start - offset), skipTo("]", text, end - offset) + 1];
}

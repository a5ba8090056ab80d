/** Which objects, seen from the variables of a function, an expression changes in place. */
import type * as Acorn from "acorn";
import { children, type Scope, type Source } from "./scope.js";
import type { Node } from "./syntax.js";

/** A place that changes the object that a free variable leads to. */
export interface Mutation extends Source {
  /** The method that is called on it, if none of its properties is set or deleted. */
  readonly method?: string;
  readonly at: number;
  /** What of `this` is asked before: it happens only where each is as `whether` says. Of a method's own changes only. */
  readonly conditions?: readonly Condition[];
}

/** Properties of `this` that an `if` asks. */
export interface Condition {
  readonly keys: Source["keys"];
  readonly whether: boolean;
}

/** Methods of arrays, maps and sets that change them. */
const CHANGING = new Set("push pop shift unshift splice sort reverse fill copyWithin set add delete clear".split(" "));

/**
 * @returns the change of `config.list` by `config.list[0] = 1`, `delete config.list.n` and `config.list.push(1)`, also where
 * a constant of the function holds that: `const { list } = config`
 */
export function mutationAt(node: Node, scope: Scope): Mutation | undefined {
  const changed = changedObject(node);
  const source = changed && sourceOf(changed.object, scope);
  return source && changed && mutationOf(source, node, changed);
}

/** Notes what the constants that `pattern` declares hold, if that can be told from `init`. */
export function noteConstants(pattern: Node, init: Node, scope: Scope): void {
  const source = sourceOf(init, scope);
  if (source !== undefined) bind(pattern, source, scope);
}

/** As `noteConstants`, for `for (const pattern of list)`. */
export function noteItem(pattern: Node, list: Node, scope: Scope): void {
  const source = sourceOf(list, scope);
  if (source !== undefined) bind(pattern, within(source, null), scope);
}

/** @returns the changes that a method makes to its own `this`, or to what that leads to: there `variable` is "this" */
export function changesOfThis(method: Node): Mutation[] {
  return children(method).flatMap((child) => changesIn(child, []));
}

function changesIn(node: Node, conditions: readonly Condition[]): Mutation[] {
  const changed = changedObject(node);
  const source = changed && fromThis(changed.object);
  const asked = conditions.length > 0 ? { conditions } : {};
  const here = source ? [{ ...mutationOf(source, node, changed), ...asked }] : [];
  return /^(Function|Class)/.test(node.type) ? here : [...here, ...changesWithin(node, conditions)];
}

function changesWithin(node: Node, conditions: readonly Condition[]): Mutation[] {
  if (node.type === "BlockStatement") return changesInBlock(node.body, conditions);
  if (node.type !== "IfStatement" && node.type !== "ConditionalExpression")
    return children(node).flatMap((child) => changesIn(child, conditions));
  const { test, consequent, alternate } = node;
  return [
    ...changesIn(test, conditions),
    ...changesIn(consequent, [...conditions, ...conditionsOf(test, true)]),
    ...(alternate ? changesIn(alternate, [...conditions, ...conditionsOf(test, false)]) : []),
  ];
}

/** What follows `if (!this.owner) return ...` happens where that was not so. */
function changesInBlock(body: readonly Node[], conditions: readonly Condition[]): Mutation[] {
  let known = conditions;
  return body.flatMap((statement) => {
    const changes = changesIn(statement, known);
    if (statement.type === "IfStatement" && !statement.alternate && isLeft(statement.consequent))
      known = [...known, ...conditionsOf(statement.test, false)];
    return changes;
  });
}

function isLeft(node: Node): boolean {
  if (node.type === "BlockStatement") return node.body.length > 0 && isLeft(node.body.at(-1) as Node);
  return node.type === "ReturnStatement" || node.type === "ThrowStatement";
}

/** What must be so of `this` for `test` to be `whether`; nothing if that cannot be told. */
function conditionsOf(test: Node, whether: boolean): readonly Condition[] {
  if (test.type === "UnaryExpression" && test.operator === "!") return conditionsOf(test.argument, !whether);
  if (test.type === "LogicalExpression") {
    const isBoth = test.operator === (whether ? "&&" : "||");
    return isBoth ? [...conditionsOf(test.left, whether), ...conditionsOf(test.right, whether)] : [];
  }
  const source = test.type === "MemberExpression" ? fromThis(test) : undefined;
  return source ? [{ keys: source.keys, whether }] : [];
}

function fromThis(node: Node): Source | undefined {
  if (node.type === "ThisExpression") return { variable: "this", keys: [] };
  if (node.type === "ChainExpression") return fromThis(node.expression);
  const holder = node.type === "MemberExpression" ? fromThis(node.object) : undefined;
  return holder && within(holder, keyOf(node as Acorn.MemberExpression));
}

function mutationOf(source: Source, { start }: Node, { method }: Changed): Mutation {
  return { ...source, at: start, ...(method === undefined ? {} : { method }) };
}

interface Changed {
  readonly object: Node;
  readonly method?: string;
}

function changedObject(node: Node): Changed | undefined {
  switch (node.type) {
    case "AssignmentExpression":
      return holderOf(node.left);
    case "UpdateExpression":
      return holderOf(node.argument);
    case "UnaryExpression":
      return node.operator === "delete" ? holderOf(node.argument) : undefined;
    case "CallExpression": {
      const { callee } = node;
      const method = callee.type === "MemberExpression" ? keyOf(callee) : null;
      return method !== null && CHANGING.has(method)
        ? { object: (callee as Acorn.MemberExpression).object, method }
        : undefined;
    }
    default:
      return undefined;
  }
}

function holderOf(target: Node): { readonly object: Node } | undefined {
  if (target.type === "ChainExpression") return holderOf(target.expression);
  return target.type === "MemberExpression" ? { object: target.object } : undefined;
}

function sourceOf(node: Node, scope: Scope): Source | undefined {
  switch (node.type) {
    case "Identifier":
      return scope.has(node.name) ? scope.heldBy(node.name) : { variable: node.name, keys: [] };
    case "ChainExpression":
      return sourceOf(node.expression, scope);
    case "MemberExpression": {
      const holder = sourceOf(node.object, scope);
      return holder && within(holder, keyOf(node));
    }
    default:
      return undefined;
  }
}

/** @returns the name of the member, or null if only running the function could tell */
function keyOf({ computed, property }: Acorn.MemberExpression): string | null {
  if (!computed && property.type === "Identifier") return property.name;
  if (property.type === "PrivateIdentifier") return `#${property.name}`;
  return property.type === "Literal" ? String(property.value) : null;
}

function within({ variable, keys }: Source, key: string | null): Source {
  return { variable, keys: [...keys, key] };
}

function bind(pattern: Node, source: Source, scope: Scope): void {
  switch (pattern.type) {
    case "Identifier":
      scope.hold(pattern.name, source);
      return;
    case "AssignmentPattern":
      bind(pattern.left, source, scope);
      return;
    case "ObjectPattern":
      for (const property of pattern.properties) {
        // What the rest holds is new.
        if (property.type === "RestElement") continue;
        const { key, computed, value } = property;
        const isName = !computed && key.type === "Identifier";
        bind(value, within(source, isName ? key.name : key.type === "Literal" ? String(key.value) : null), scope);
      }
      return;
    case "ArrayPattern":
      for (const [i, element] of pattern.elements.entries())
        if (element && element.type !== "RestElement") bind(element, within(source, String(i)), scope);
  }
}

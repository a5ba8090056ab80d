/**
 * Walks the tree of one function or class and notes what it takes from outside: free names, assignments to them, the
 * lexical `this`, `arguments`, `new.target`, `super`, private names, eval, import.meta and dynamic imports.
 */
import type * as Acorn from "acorn";
import { calledMethod, namedMember } from "./members.js";
import { mutationAt, noteConstants, noteItem } from "./mutations.js";
import { boundNames, children, declareAll, declareLexical, declareVars, Scope } from "./scope.js";
import type { ClassSyntax, FunctionSyntax, Node, ParsedFunction } from "./syntax.js";
import { nothingOutside, type Outside, type Use } from "./taken-from-outside.js";

/** Where in the function the walk is. */
interface Place {
  readonly scope: Scope;
  /** `this` here is that of the code around the function. */
  readonly outerThis: boolean;
  /** `super` here belongs to a class inside the text. */
  readonly inClass: boolean;
  /** Private names of the classes inside the text that the walk is in. */
  readonly privates: ReadonlySet<string>;
  readonly inObjectMethod: boolean;
}

/** @returns what `parsed` takes from outside */
export function findOutside(parsed: ParsedFunction): Outside {
  return new Walk(parsed).run();
}

/** @returns every place in `parsed` where a name from outside stands */
export function findUses(parsed: ParsedFunction): Use[] {
  const uses: Use[] = [];
  new Walk(parsed, (use) => uses.push(use)).run();
  return uses;
}

class Walk {
  readonly #parsed: ParsedFunction;
  readonly #found = nothingOutside();
  readonly #note: ((use: Use) => void) | undefined;
  /** Where names stand that are more than names. */
  readonly #as = new Map<number, Use["as"]>();

  constructor(parsed: ParsedFunction, note?: (use: Use) => void) {
    this.#parsed = parsed;
    this.#note = note;
  }

  run(): Outside {
    const { node, form } = this.#parsed;
    const outerThis = form === "arrow";
    this.#visit(node, { scope: new Scope(), outerThis, inClass: false, privates: new Set(), inObjectMethod: false });
    return this.#found;
  }

  #visit(node: Node, place: Place): void {
    const mutation = mutationAt(node, place.scope);
    if (mutation) this.#found.mutations.push(mutation);
    this.#noteMembers(node, place);
    switch (node.type) {
      case "Identifier":
        this.#name(node, place);
        return;
      case "ThisExpression":
        if (place.outerThis) this.#found.usesThis = true;
        return;
      case "Super":
        if (!place.inClass && !place.inObjectMethod) this.#found.usesSuper = true;
        if (place.outerThis) this.#found.usesThis = true;
        return;
      case "MetaProperty":
        if (node.meta.name === "import") this.#found.importMetas.push([node.start, node.end]);
        else if (place.outerThis) this.#found.usesNewTarget = true;
        return;
      case "ImportExpression":
        this.#found.dynamicImports.push([node.start, node.start + "import".length]);
        this.#visitAll(node, place);
        return;
      case "PrivateIdentifier":
        if (!place.privates.has(node.name)) noteFirst(this.#found.privateNames, node.name, node.start);
        return;
      case "CallExpression":
        if (node.callee.type === "Identifier") this.#as.set(node.callee.start, "callee");
        if (node.callee.type === "Identifier" && node.callee.name === "eval" && !place.scope.has("eval")) {
          this.#found.usesEval = true;
        }
        this.#visitAll(node, place);
        return;
      case "AssignmentExpression":
        this.#pattern(node.left, place, true);
        this.#visit(node.right, place);
        return;
      case "UpdateExpression":
        this.#pattern(node.argument, place, true);
        return;
      default:
        this.#visitStructure(node, place);
        return;
    }
  }

  #noteMembers(node: Node, place: Place): void {
    const [variable, key] = namedMember(node, place.scope) ?? [];
    if (variable) noteFirst(this.#found.members, `${variable}.${key}`, node.start);
    const method = calledMethod(node);
    if (method) noteFirst(this.#found.methods, method, node.start);
  }

  #visitStructure(node: Node, place: Place): void {
    switch (node.type) {
      case "MemberExpression":
        this.#visit(node.object, place);
        if (node.computed || node.property.type === "PrivateIdentifier") this.#visit(node.property, place);
        return;
      case "Property":
        this.#property(node, place);
        return;
      case "VariableDeclaration":
        this.#visitAll(node, place);
        if (node.kind !== "const") return;
        for (const { id, init } of node.declarations) if (init) noteConstants(id, init, place.scope);
        return;
      case "VariableDeclarator":
        this.#pattern(node.id, place);
        if (node.init) this.#visit(node.init, place);
        return;
      case "LabeledStatement":
        this.#visit(node.body, place);
        return;
      case "BreakStatement":
      case "ContinueStatement":
        return;
      case "ArrowFunctionExpression":
      case "FunctionExpression":
      case "FunctionDeclaration":
        this.#function(node as FunctionSyntax, { ...place, inObjectMethod: false });
        return;
      case "ClassExpression":
      case "ClassDeclaration":
        this.#class(node as ClassSyntax, place);
        return;
      default:
        this.#visitBlock(node, place);
        return;
    }
  }

  #visitBlock(node: Node, place: Place): void {
    const inner = { ...place, scope: new Scope(place.scope) };
    switch (node.type) {
      case "BlockStatement":
        declareLexical(node.body, inner.scope);
        break;
      case "StaticBlock":
        declareVars(node, inner.scope);
        declareLexical(node.body, inner.scope);
        inner.outerThis = false;
        break;
      case "SwitchStatement":
        for (const branch of node.cases) declareLexical(branch.consequent, inner.scope);
        break;
      case "CatchClause":
        inner.scope.declare(...boundNames(node.param ?? null));
        if (node.param) this.#pattern(node.param, inner);
        this.#visit(node.body, inner);
        return;
      case "ForStatement":
        if (node.init?.type === "VariableDeclaration" && node.init.kind !== "var") declareAll(node.init, inner.scope);
        break;
      case "ForInStatement":
      case "ForOfStatement":
        this.#forEach(node, inner);
        return;
      default:
        this.#visitAll(node, place);
        return;
    }
    this.#visitAll(node, inner);
  }

  #visitAll(node: Node, place: Place): void {
    for (const child of children(node)) this.#visit(child, place);
  }

  #name(node: Acorn.Identifier, place: Place): void {
    if (place.scope.has(node.name)) return;
    this.#note?.({ name: node.name, start: node.start, as: this.#as.get(node.start) ?? "name" });
    if (node.name === "arguments") this.#found.usesArguments = true;
    else noteFirst(this.#found.free, node.name, node.start);
  }

  #property(node: Acorn.Property | Acorn.AssignmentProperty, place: Place): void {
    if (node.computed) this.#visit(node.key, place);
    const { value } = node;
    if (node.shorthand) this.#as.set(value.start, "shorthand");
    const isMethod = value.type === "FunctionExpression" && (node.method || node.kind !== "init");
    if (isMethod) this.#function(value, { ...place, inObjectMethod: true });
    else this.#visit(value, place);
  }

  #forEach(node: Acorn.ForInStatement | Acorn.ForOfStatement, inner: Place): void {
    if (node.left.type === "VariableDeclaration") {
      if (node.left.kind !== "var") declareAll(node.left, inner.scope);
      for (const declarator of node.left.declarations) this.#pattern(declarator.id, inner);
      const [each] = node.left.declarations;
      if (each && node.type === "ForOfStatement" && node.left.kind === "const")
        noteItem(each.id, node.right, inner.scope);
    } else this.#pattern(node.left, inner, true);
    this.#visit(node.right, inner);
    this.#visit(node.body, inner);
  }

  #function(node: FunctionSyntax, place: Place): void {
    const arrow = node.type === "ArrowFunctionExpression";
    const outer = new Scope(place.scope);
    // The name of the outermost function may be a declared one, which is a variable outside.
    if (node.type === "FunctionExpression" && node.id && node !== this.#parsed.node) outer.declare(node.id.name);
    const parameters = new Scope(outer);
    for (const parameter of node.params) parameters.declare(...boundNames(parameter));
    if (!arrow) parameters.declare("arguments");
    const inside = { ...place, scope: parameters, outerThis: arrow && place.outerThis };
    for (const parameter of node.params) this.#pattern(parameter, inside);
    if (node.body.type !== "BlockStatement") {
      this.#visit(node.body, inside);
      return;
    }
    const body = new Scope(parameters);
    declareVars(node.body, body);
    declareLexical(node.body.body, body);
    this.#visitAll(node.body, { ...inside, scope: body });
  }

  /** The outermost class is rebuilt from live values: its base, computed method names and statics are not evaluated. */
  #class(node: ClassSyntax, place: Place): void {
    const outermost = node === this.#parsed.node;
    const scope = new Scope(place.scope);
    if (node.id) scope.declare(node.id.name);
    const outside = { ...place, scope };
    const privates = new Set([...place.privates, ...privateNamesOf(node)]);
    const inside = { ...outside, inClass: true, outerThis: false, privates };
    if (node.superClass && !outermost) this.#visit(node.superClass, outside);
    for (const member of node.body.body) {
      const live = outermost && (member.type === "StaticBlock" || member.static);
      if (member.type === "StaticBlock") {
        if (!live) this.#visit(member, inside);
        continue;
      }
      if (live && member.type === "PropertyDefinition") continue;
      if (member.computed && !(outermost && member.type === "MethodDefinition"))
        this.#visit(member.key, { ...outside, inClass: true, privates });
      if (member.value) this.#visit(member.value, inside);
    }
  }

  /** A pattern: what it declares is its own, what it `assigns` to may be outside. */
  #pattern(pattern: Node, place: Place, assigns = false): void {
    switch (pattern.type) {
      case "Identifier":
        if (assigns) this.#assigned(pattern, place);
        return;
      case "ObjectPattern":
        for (const property of pattern.properties) {
          if (property.type !== "RestElement" && property.computed) this.#visit(property.key, place);
          if (property.type !== "RestElement" && property.shorthand) this.#as.set(property.value.start, "shorthand");
          this.#pattern(property.type === "RestElement" ? property.argument : property.value, place, assigns);
        }
        return;
      case "ArrayPattern":
        for (const element of pattern.elements) if (element) this.#pattern(element, place, assigns);
        return;
      case "AssignmentPattern":
        this.#pattern(pattern.left, place, assigns);
        this.#visit(pattern.right, place);
        return;
      case "RestElement":
        this.#pattern(pattern.argument, place, assigns);
        return;
      default:
        this.#visit(pattern, place);
    }
  }

  #assigned(target: Acorn.Identifier, place: Place): void {
    this.#name(target, place);
    if (!place.scope.has(target.name)) noteFirst(this.#found.assigned, target.name, target.start);
  }
}

function privateNamesOf({ body }: ClassSyntax): string[] {
  return body.body.flatMap((member) =>
    member.type !== "StaticBlock" && member.key.type === "PrivateIdentifier" ? [member.key.name] : [],
  );
}

function noteFirst(places: Map<string, number>, name: string, start: number): void {
  if (!places.has(name)) places.set(name, start);
}

/** Variables in the scopes around a function. */
import { type FunctionView, openInspector, type ScopeView } from "./inspector.js";

/** @returns the scope that a variable of this name is in, or undefined if it is a global or nowhere */
export function scopeOf(name: string, scopes: readonly ScopeView[]): ScopeView | undefined {
  for (const scope of scopes) {
    if (scope.kind === "Global") return undefined;
    // Only the object of a `with` statement lends its inherited properties.
    if (scope.kind === "With Block" ? name in scope.variables : Object.hasOwn(scope.variables, name)) return scope;
  }
  return undefined;
}

export function readVariable(
  variables: ScopeView["variables"],
  name: string,
): { readonly value?: unknown; readonly unready?: ReferenceError } {
  try {
    return { value: variables[name] };
  } catch (error) {
    if (error instanceof ReferenceError) return { unready: error };
    throw error;
  }
}

/** @returns the scopes around a function that are not those of all code, innermost first; none without an inspector */
// biome-ignore lint/complexity/noBannedTypes: any function
export function scopesAround(fn: Function): readonly ScopeView[] {
  const inspector = openInspector();
  return inspector instanceof Error ? [] : ownScopes(inspector.inspectFunction(fn));
}

/** The same of a function that was looked at. */
export function ownScopes({ scopes }: FunctionView): readonly ScopeView[] {
  return scopes.filter(({ kind }) => kind !== "Global" && kind !== "Script");
}

/** @returns the variables of these scopes and what they hold: undefined in one that is not initialised yet */
export function* variablesIn(scopes: readonly ScopeView[]): Generator<readonly [name: string, value: unknown]> {
  for (const { variables } of scopes) {
    for (const name of Object.keys(variables)) yield [name, readVariable(variables, name).value];
  }
}

/** @returns all that these variables hold */
export function heldIn(variables: ScopeView["variables"]): Set<unknown> {
  return new Set(Object.keys(variables).map((name) => readVariable(variables, name).value));
}

/** Functions are objects, too. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

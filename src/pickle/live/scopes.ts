/** Variables in the scopes around a function. */
import type { ScopeView } from "./inspector.js";

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
  variables: Record<string, unknown>,
  name: string,
): { readonly value?: unknown; readonly unready?: ReferenceError } {
  try {
    return { value: variables[name] };
  } catch (error) {
    if (error instanceof ReferenceError) return { unready: error };
    throw error;
  }
}

/** @returns the value of a variable, or that it is not initialised yet: reading it throws then */
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

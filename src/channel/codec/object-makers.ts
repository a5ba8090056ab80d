/**
 * Makes objects of shapes that the process has names for. A literal in generated source gives all objects of a shape one
 * hidden class at once; where code may not be generated from strings, assignments in a loop do the same, more slowly.
 */

/** Gives the values of an object one after the other. */
export interface Values {
  value(): unknown;
}

export type MakeObject = (values: Values) => object;

/** @returns what makes objects with those keys */
export function makerOf(keys: readonly string[]): MakeObject {
  // `{"__proto__": x}` would set the prototype.
  if (keys.includes("__proto__")) return inLoop(keys);
  try {
    const properties = keys.map((key) => `${JSON.stringify(key)}: values.value()`);
    return new Function("values", `return { ${properties.join(", ")} };`) as MakeObject;
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    return inLoop(keys);
  }
}

function inLoop(keys: readonly string[]): MakeObject {
  return (values) => {
    const object = {};
    for (const key of keys) {
      const value = values.value();
      Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return object;
  };
}

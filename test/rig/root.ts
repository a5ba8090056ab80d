/** Where the project is, seen from the compiled tests. */
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../../..");

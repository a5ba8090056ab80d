/** The `this` that an arrow function takes from the function around it. */
import type { Encoding } from "../encode/encoding.js";
import type { Path } from "../encode/path.js";
import type { AnyFunction, Facts } from "./facts.js";
import { whereIs } from "./where.js";

/** @throws {PickleError} always, until it can be read */
export function lexicalThis(encoding: Encoding, _fn: AnyFunction, facts: Facts, path: Path): unknown {
  throw encoding.refusal(
    path,
    `it captures 'this'${whereIs(facts, 0)}. Write 'const self = this' before it and use self`,
  );
}

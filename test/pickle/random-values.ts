/** Random object graphs and closures, the same for the same seed. */

/** @returns numbers from 0 up to 1, always the same for one seed (mulberry32) */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Knot {
  readonly #inside: unknown;
  readonly open: unknown;
  constructor(inside: unknown, open: unknown) {
    this.#inside = inside;
    this.open = open;
  }
  get inside(): unknown {
    return this.#inside;
  }
}

type Maker = (value: () => unknown, next: () => number) => unknown;

const makers: readonly Maker[] = [
  (value) => ({ a: value(), b: value() }),
  (value) => [value(), value(), value()],
  (value) => new Map([[value(), value()]]),
  (value) => new Set([value(), value()]),
  (value) => new Knot(value(), value()),
  (value) => Object.freeze({ frozen: value() }),
  (value) => Object.assign(Object.create(null) as object, { bare: value() }),
  (value) => Object.assign([value(), , value()], { named: value() }),
  (value) => new RangeError("made", { cause: value() }),
  (value) => {
    const captured = value();
    return () => captured;
  },
  (value) => {
    const [first, second] = [value(), value()];
    const inner = function (this: unknown): unknown[] {
      return [this, second];
    };
    return inner.bind(first);
  },
  (value) => {
    const captured = value();
    return {
      get hidden() {
        return captured;
      },
    };
  },
];

const leaves: readonly Maker[] = [
  (_, next) => Math.floor(next() * 1000),
  () => -0,
  () => "text",
  () => undefined,
  () => null,
  () => 12n,
  (_, next) => new Date(Math.floor(next() * 1e12)),
  () => /x+/gi,
  () => new Uint8Array([1, 2, 3]),
  () => Symbol.for("shared"),
  () => Math.max,
];

/** @returns a graph of about `size` values, some of which are met on several ways */
export function randomGraph(next: () => number, size: number): unknown {
  const made: unknown[] = [];
  let left = size;
  const value = (): unknown => {
    if (made.length > 0 && next() < 0.2) return made[Math.floor(next() * made.length)];
    const kinds = left-- > 0 && next() < 0.8 ? makers : leaves;
    const one = kinds[Math.floor(next() * kinds.length)]?.(value, next);
    made.push(one);
    return one;
  };
  const root = { list: [value(), value()], cycle: undefined as unknown, again: made };
  if (next() < 0.5) root.cycle = root;
  return root;
}

/** @returns a text of all that can be seen of a graph: functions are called, identity is numbered */
export function fingerprint(root: unknown): string {
  const seen = new Map<unknown, number>();
  const lines: string[] = [];
  const look = (value: unknown): string => {
    if ((typeof value !== "object" || value === null) && typeof value !== "function") {
      return Object.is(value, -0) ? "-0" : `${typeof value} ${String(value)}`;
    }
    const known = seen.get(value);
    if (known !== undefined) return `#${known}`;
    const id = seen.size;
    seen.set(value, id);
    lines.push(`#${id} ${describe(value as object)}`);
    return `#${id}`;
  };
  const describe = (value: object): string => {
    const kind = Object.prototype.toString.call(value);
    if (value instanceof Date || value instanceof RegExp) return `${kind} ${String(value)}`;
    const parts = Reflect.ownKeys(value)
      .filter((key) => !["stack", "length", "name", "prototype"].includes(String(key)))
      .map((key) => {
        const property = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
        return `${String(key)}${property.writable}${property.enumerable}: ${look(property.get ? property.get() : property.value)}`;
      });
    if (value instanceof Map) for (const [k, v] of value) parts.push(`${look(k)} => ${look(v)}`);
    if (value instanceof Set) for (const each of value) parts.push(look(each));
    if ("inside" in value) parts.push(`#inside: ${look(value.inside)}`);
    if (typeof value === "function" && value !== Math.max) parts.push(`() => ${look(value())}`);
    return `${kind} ${Object.isFrozen(value)} ${parts.join(", ")}`;
  };
  look(root);
  return lines.join("\n");
}

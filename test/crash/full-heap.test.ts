/** A heap that is full refuses with a clear error, and everything in it goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Ledger, ObjectKind } from "#heddle/memory/ledger.js";
import { HeapFullError } from "#heddle/platform/errors/errors.js";
import { KeyScratch } from "#heddle/shared/dict-key.js";
import { STRIPE_WORDS, Stripe } from "#heddle/shared/stripe.js";
import { LIST_BYTES, Vector } from "#heddle/shared/vector.js";
import { decode, encode } from "../rig/item-codec.js";
import { found } from "./mortal-heap.js";

const FULL = (error: unknown): boolean => {
  assert.ok(error instanceof HeapFullError && error instanceof RangeError);
  const { name, message, requested, used, limit } = error;
  assert.equal(name, "HeapFullError");
  assert.match(message, new RegExp(`${requested} bytes .* ${used} of its ${limit} bytes .*dispose\\(\\)`));
  assert.ok(requested > 0 && used > 0.5 * limit && used <= limit);
  return true;
};
const MEGABYTE = encode("m".repeat(2 ** 20 - 200));

test("full heap: a dictionary is as before, and works again when there is room", () => {
  const citizen = found();
  const ledger = new Ledger(citizen);
  const slot = ledger.create(STRIPE_WORDS * 4, ObjectKind.PLAIN);
  const stripe = new Stripe(citizen, (ledger.handleAt(slot) << 4) + 4);
  const key = new KeyScratch();
  let order = 0;
  const set = (name: string, item = MEGABYTE): void => stripe.set(key.write(name), item, () => order++);
  let n = 0;
  assert.throws(() => {
    for (;;) set(`key ${n++}`);
  }, FULL);
  const before = stripe.entries().map((entry) => entry.key);
  assert.equal(before.length, n - 1);
  assert.throws(() => set("key 0"), FULL);
  assert.throws(() => set("another"), FULL);
  assert.deepEqual(
    stripe.entries().map((entry) => entry.key),
    before,
  );
  assert.equal(stripe.delete(key.write("key 3")), true);
  set("another");
  set("key 0", encode(7));
  assert.equal(stripe.get(key.write("key 0"))?.integer, 7);
  assert.equal(stripe.count, n - 1);
  stripe.destroy();
  set("after", encode("x"));
  const { kind, integer, bytes } = stripe.get(key.write("after"))!;
  assert.equal(decode(kind, integer, bytes), "x");
});

test("full heap: a list is as before, and works again when there is room", () => {
  const citizen = found();
  const ledger = new Ledger(citizen);
  const vector = new Vector(citizen, ledger.handleAt(ledger.create(LIST_BYTES, ObjectKind.LIST)));
  let n = 0;
  assert.throws(() => {
    for (;;) {
      vector.append(MEGABYTE);
      n++;
    }
  }, FULL);
  assert.equal(vector.length, n);
  for (const refused of [() => vector.set(0, MEGABYTE), () => vector.insert(1, MEGABYTE)]) assert.throws(refused, FULL);
  assert.equal(vector.length, n);
  vector.pop();
  vector.insert(1, MEGABYTE);
  vector.remove(0);
  assert.equal(vector.length, n - 1);
});

test("full heap: the ledger makes objects again when there is room", () => {
  const citizen = found();
  const ledger = new Ledger(citizen);
  const slots: number[] = [];
  assert.throws(() => {
    for (;;) slots.push(ledger.create(2 ** 20 - 16, ObjectKind.PLAIN));
  }, FULL);
  ledger.free(slots.pop()!);
  slots.push(ledger.create(2 ** 20 - 16, ObjectKind.PLAIN));
  assert.throws(() => ledger.create(2 ** 20, ObjectKind.PLAIN), FULL);
  for (const slot of slots) ledger.free(slot);
  for (let i = 0; i < 10; i++) ledger.create(2 ** 20 - 16, ObjectKind.PLAIN);
});

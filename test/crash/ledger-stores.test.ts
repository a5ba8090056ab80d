/** A thread is killed at every single store of taking, giving back and letting go; whoever settles its end loses nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HEADER_BYTES } from "#heddle/memory/allocator.js";
import { FRONTIER, HEAP_BASE, LEDGER_HEAD } from "#heddle/memory/layout.js";
import { Ledger, ObjectKind, registerEmptier } from "#heddle/memory/ledger.js";
import { LIST_BYTES, Vector } from "#heddle/shared/vector.js";
import { encode } from "../rig/item-codec.js";
import { addMortal, type Citizen, found, grant, Killed, settle } from "./mortal-heap.js";

const OBJECT = 100; // a block of 128 bytes

const MEGABYTE = 2 ** 20 - HEADER_BYTES;

/** Objects that the ledger's owner has let go. */
interface Released {
  readonly handles: Set<number>;
}

/** What a thread does with its ledger, up to its death. */
const lives: Record<string, (ledger: Ledger, released: Released, citizen: Citizen) => void> = {
  "making objects": (ledger) => {
    for (let i = 0; i < 4; i++) ledger.create(OBJECT, ObjectKind.PLAIN);
  },
  "making more than a block has room for": (ledger) => {
    for (let i = 0; i < 130; i++) ledger.create(OBJECT, ObjectKind.PLAIN);
  },
  "making and freeing": (ledger) => {
    for (let i = 0; i < 4; i++) ledger.free(ledger.create(OBJECT, ObjectKind.PLAIN));
  },
  "making and freeing megabytes, which merge": (ledger) => {
    const [first, second, third, fourth] = Array.from({ length: 4 }, () => ledger.create(MEGABYTE, ObjectKind.PLAIN));
    for (const slot of [second!, first!, third!, fourth!]) ledger.free(slot);
    const twice = 2 * MEGABYTE;
    for (const slot of [ledger.create(twice, ObjectKind.PLAIN), ledger.create(twice, ObjectKind.PLAIN)])
      ledger.free(slot);
  },
  "letting go": (ledger, released) => {
    for (let i = 0; i < 4; i++) {
      const slot = ledger.create(OBJECT, ObjectKind.PLAIN);
      const handle = ledger.handleAt(slot);
      ledger.letGo(slot);
      released.handles.add(handle);
      ledger.create(OBJECT, ObjectKind.PLAIN);
    }
  },
  "freeing a list with items": (ledger, _, citizen) => {
    const slot = ledger.create(LIST_BYTES, ObjectKind.LIST);
    const vector = new Vector(citizen, ledger.handleAt(slot));
    for (let i = 0; i < 15; i++) vector.append(encode("item"));
    registerEmptier(ObjectKind.LIST, (handle) => new Vector(citizen, handle).destroy());
    ledger.free(slot);
  },
};

/** Bytes of all blocks of the ledger: they stay, for the next thread. */
function ledgerBytes(citizen: Citizen): number {
  const { i32 } = citizen.heap;
  let bytes = 0;
  for (let block = i32[LEDGER_HEAD]! << 4; block !== 0; block = i32[block + 5]! << 4) {
    bytes += citizen.allocator.capacity(block >>> 4) + 16;
    assert.equal(i32[block + 4], 0, "a block still has an owner");
  }
  return bytes;
}

function killAt(n: number, life: (typeof lives)[string]): boolean {
  const survivor = found();
  const base = survivor.allocator.statistics().used;
  const mortal = addMortal(survivor.heap);
  const released: Released = { handles: new Set() };
  const ledger = new Ledger(mortal);
  grant(n);
  let isOver = true;
  try {
    life(ledger, released, mortal);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    isOver = false;
  }
  grant(Infinity);
  registerEmptier(ObjectKind.LIST, (handle) => new Vector(survivor, handle).destroy());
  settle(survivor, mortal.id);
  const mine = new Ledger(survivor);
  mine.reap(mortal.id);
  const { used, free, pending } = survivor.allocator.statistics();
  const tiled = survivor.heap.i32[FRONTIER]! * 64 - HEAP_BASE;
  assert.equal(used + free + pending, tiled, `killed at store ${n}: the blocks do not tile the heap`);
  const names = 64;
  const left = used - base - names - ledgerBytes(survivor) - 128 * released.handles.size;
  // Killed between letting go and telling anybody: one object stays, which no rule could tell from one that is in use.
  assert.ok(left === 0 || (left === 128 && life === lives["letting go"]), `killed at store ${n}: ${left} bytes lost`);
  assert.equal(pending, 0);
  for (let i = 0; i < 200; i++) mine.create(OBJECT, ObjectKind.PLAIN);
  return !isOver;
}

for (const [name, life] of Object.entries(lives)) {
  test(`ledger: killed at every store of ${name}`, (t) => {
    let stores = 0;
    while (killAt(stores, life)) stores++;
    assert.ok(stores > 10);
    t.diagnostic(`${stores} crash points`);
  });
}

test("ledger: a thread that is settled while it reaps another leaves all of it to the next", (t) => {
  let stores = 0;
  for (let isOver = false; !isOver; stores++) {
    const survivor = found();
    const base = survivor.allocator.statistics().used;
    const first = addMortal(survivor.heap);
    const held = new Ledger(first);
    for (let i = 0; i < 5; i++) held.create(OBJECT, ObjectKind.PLAIN);
    settle(survivor, first.id);
    const second = addMortal(survivor.heap);
    grant(stores);
    try {
      new Ledger(second).reap(first.id);
      isOver = true;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    grant(Infinity);
    settle(survivor, second.id);
    const mine = new Ledger(survivor);
    mine.reap(second.id);
    mine.reap(first.id);
    assert.equal(
      survivor.allocator.statistics().used - base - 2 * 64,
      ledgerBytes(survivor),
      `killed at store ${stores}`,
    );
  }
  t.diagnostic(`${stores} crash points`);
});

/** The buddy allocator: what is freed is one piece again, whatever its size. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HEADER_BYTES } from "#heddle/memory/allocator.js";
import { FRONTIER, HEAP_BASE } from "#heddle/memory/layout.js";
import { Ledger, ObjectKind } from "#heddle/memory/ledger.js";
import { type Citizen, found } from "../../crash/mortal-heap.js";

const MB = 2 ** 20;

const frontier = (citizen: Citizen): number => citizen.heap.i32[FRONTIER]! * 64;

/** Header words of all blocks, by byte. */
function blocksOf({ heap }: Citizen): Map<number, { free: boolean; bytes: number }> {
  const blocks = new Map<number, { free: boolean; bytes: number }>();
  heap.refresh();
  const end = heap.i32[FRONTIER]! * 64;
  let at = HEAP_BASE;
  while (at < end) {
    const head = heap.i32[at / 4]!;
    const bytes = 2 ** (head & 0xff);
    blocks.set(at, { free: head >>> 8 === 1, bytes });
    at += bytes;
  }
  assert.equal(at, end, "the last block ends where the heap does");
  return blocks;
}

/** Asserts that each block is aligned, and that no two that are free could be one. */
function assertMerged(citizen: Citizen): void {
  const blocks = blocksOf(citizen);
  for (const [at, { free, bytes }] of blocks) {
    assert.equal(at % bytes, 0, `the block of ${bytes} bytes at ${at} is not aligned`);
    const buddy = blocks.get(at ^ bytes);
    assert.ok(!(free && buddy?.free && buddy.bytes === bytes), `two free halves of ${bytes} bytes, one at ${at}`);
  }
}

/** Numbers from 0 to 1 that look random, the same in every run. */
function randomly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

for (const phases of [
  [1, 2, 4, 8],
  [8, 4, 2, 1],
  [1, 8, 2, 4, 1, 8],
]) {
  test(`Allocator: phases of ${phases.join(", ")} MB blocks use the same memory`, () => {
    const citizen = found();
    const ledger = new Ledger(citizen);
    const random = randomly(phases.length);
    for (const size of phases) {
      const slots = Array.from({ length: 32 / size }, () => ledger.create(size * MB - HEADER_BYTES, ObjectKind.PLAIN));
      for (const slot of shuffled(slots, random)) ledger.free(slot);
      assertMerged(citizen);
    }
    // 32 MB, and what alignment leaves before and after them.
    assert.ok(frontier(citizen) <= 48 * MB, `the heap has grown to ${frontier(citizen) / MB} MB`);
  });
}

test("Allocator: blocks of all sizes come and go without overlapping, and leave no halves", () => {
  const citizen = found();
  const ledger = new Ledger(citizen);
  const random = randomly(7);
  const before = citizen.allocator.statistics();
  const live = new Map<number, number>();
  for (let step = 0; step < 600; step++) {
    if (random() < 0.55 && live.size < 12) {
      const slot = ledger.create(2 ** (6 + random() * 17) - HEADER_BYTES, ObjectKind.PLAIN);
      citizen.heap.renew();
      const start = ledger.handleAt(slot) * 64 + HEADER_BYTES;
      const end = start - HEADER_BYTES + citizen.allocator.capacity(ledger.handleAt(slot)) + HEADER_BYTES;
      citizen.heap.u8.fill(step % 255, start, end);
      live.set(slot, step % 255);
    } else {
      const [first] = shuffled([...live.keys()], random);
      if (first === undefined) continue;
      const start = ledger.handleAt(first) * 64 + HEADER_BYTES;
      const capacity = citizen.allocator.capacity(ledger.handleAt(first));
      const mark = live.get(first)!;
      assert.ok(
        citizen.heap.u8.subarray(start, start + capacity).every((byte) => byte === mark),
        "another block was written over this one",
      );
      ledger.free(first);
      live.delete(first);
    }
    if (step % 50 === 0) assertMerged(citizen);
  }
  for (const slot of live.keys()) ledger.free(slot);
  assertMerged(citizen);
  const { used, pending } = citizen.allocator.statistics();
  assert.ok(used - before.used < 2048, "only the ledger's own block stays");
  assert.equal(pending, 0);
});

test("Allocator: what stands behind the end of the heap is not merged with", () => {
  const citizen = found();
  const ledger = new Ledger(citizen);
  const take = (): number => ledger.create(MB - HEADER_BYTES, ObjectKind.PLAIN);
  const slots = [take(), take()];
  while (frontier(citizen) % (2 * MB) === 0) slots.push(take());
  const last = slots.pop()!;
  const end = frontier(citizen);
  assert.equal(ledger.handleAt(last) * 64, end - MB);
  // As a thread leaves it that died while it made the heap grow: a header that nobody has committed.
  citizen.heap.refresh();
  citizen.heap.i32[end / 4] = 20 | (1 << 8);
  ledger.free(last);
  assert.equal(blocksOf(citizen).get(end - MB)?.bytes, MB);
});

test("Allocator: of each word it is found which block it is in, whatever comes and goes around it", () => {
  const citizen = found();
  const { allocator, heap } = citizen;
  const ledger = new Ledger(citizen);
  const random = randomly(11);
  const live = new Set<number>();
  const words = (slot: number): readonly number[] => {
    const first = ledger.handleAt(slot) * 16;
    const last = first + (allocator.capacity(ledger.handleAt(slot)) + HEADER_BYTES) / 4 - 1;
    return [first, first + 4, last, first + Math.floor(random() * (last - first))];
  };
  for (let step = 0; step < 600; step++) {
    if (random() < 0.55 && live.size < 40) {
      const slot = ledger.create(2 ** (6 + random() * 17) - HEADER_BYTES, ObjectKind.PLAIN);
      live.add(slot);
      heap.renew();
      // What looks like headers of large blocks in use is none, where an object has written it.
      heap.i32.fill(30 | (2 << 8), words(slot)[1], words(slot)[2]! + 1);
    } else {
      const [slot] = shuffled([...live], random);
      if (slot === undefined) continue;
      const [first] = words(slot);
      ledger.free(slot);
      live.delete(slot);
      assert.equal(allocator.blockAt(first!), 0);
    }
    for (const slot of live)
      for (const word of words(slot)) assert.equal(allocator.blockAt(word), ledger.handleAt(slot));
  }
  for (const outside of [0, HEAP_BASE / 4 - 1, frontier(citizen) / 4]) assert.equal(allocator.blockAt(outside), 0);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Runner } from "#heddle/asyncio/runner.js";
import { currentScope, Scope } from "#heddle/asyncio/scope.js";
import { currentCancelSource } from "#heddle/platform/waiting/cancellation.js";
import { currentContext, runInContext } from "#heddle/platform/waiting/context.js";

const root = (): Scope => new Runner(undefined).scope;

test("Scope: cancellation reaches everything below, with one error, and stops at a shield", () => {
  const top = root();
  const child = new Scope(top);
  const shielded = new Scope(child, { shield: true });
  const below = new Scope(shielded);
  top.cancel("reason");
  assert.ok(child.cancelled);
  assert.equal(child.error(), top.error());
  assert.equal(child.error().reason, "reason");
  assert.ok(!shielded.cancelled && !below.cancelled);
  assert.ok(child.cancelledFromAbove && !shielded.cancelledFromAbove);
});

test("Scope: a scope below a cancelled one is born cancelled, unless shielded", () => {
  const top = root();
  top.cancel();
  assert.ok(new Scope(top).cancelled);
  assert.ok(!new Scope(top, { shield: true }).cancelled);
});

test("Scope: taking the shield away lets a waiting cancellation in", () => {
  const top = root();
  const shielded = new Scope(top, { shield: true });
  const below = new Scope(shielded);
  const told: unknown[] = [];
  below.subscribe((error) => told.push(error));
  top.cancel();
  assert.deepEqual(told, []);
  shielded.shield = false;
  assert.deepEqual(told, [top.error()]);
});

test("Scope: the first reason stays, in itself and below", () => {
  const top = root();
  const child = new Scope(top);
  assert.equal(child.cancel("inner"), true);
  assert.equal(top.cancel("outer"), true);
  assert.equal(child.cancel("again"), false);
  assert.equal(child.error().reason, "inner");
  assert.equal(top.error().reason, "outer");
});

test("Scope: an Error as reason is also the cause", () => {
  const scope = root();
  const reason = new RangeError("why");
  scope.cancel(reason);
  assert.equal(scope.error().reason, reason);
  assert.equal(scope.error().cause, reason);
});

test("Scope: all are marked before anybody is told", () => {
  const top = root();
  const child = new Scope(top);
  let seen = false;
  top.subscribe(() => {
    seen = child.cancelled;
  });
  top.cancel();
  assert.ok(seen);
});

test("Scope: 10,000 nested scopes cancel without overflowing the stack", () => {
  const top = root();
  let scope = top;
  for (let depth = 0; depth < 10_000; depth++) scope = new Scope(scope);
  top.cancel();
  assert.ok(scope.cancelled);
});

test("Scope: a closed scope is out of the tree; closing its parent's other children is no matter", () => {
  const top = root();
  const child = new Scope(top);
  assert.deepEqual([...top.children], [child]);
  child.close();
  child.close();
  assert.deepEqual([...top.children], []);
  top.cancel();
  assert.ok(!child.cancelled);
});

test("Scope.signal: the same object each time, aborted with the error; already aborted if asked for late", () => {
  const top = root();
  const early = top.signal;
  assert.equal(top.signal, early);
  const shielded = new Scope(top, { shield: true });
  top.cancel();
  assert.equal(early.reason, top.error());
  assert.ok(new Scope(top).signal.aborted);
  assert.ok(!shielded.signal.aborted);
});

test("context: the scope is found by waits and inherited by what is started; lock owners pass through scopes", async () => {
  const scope = root();
  assert.equal(currentContext(), undefined);
  const owner = {};
  await runInContext({ cancelSource: scope, lockOwner: owner }, async () => {
    assert.equal(currentScope(), scope);
    assert.equal(currentCancelSource(), scope);
    assert.equal(new Scope(scope).lockOwner, owner);
    await null;
    assert.equal(currentScope(), scope);
  });
  assert.equal(currentCancelSource(), undefined);
});

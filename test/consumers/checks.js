// What every program of this folder does: runs its functions in a thread, a process and a pool, and compares with home.
import assert from "node:assert/strict";
import { Pool, Process } from "heddle/multiprocessing";
import { Thread } from "heddle/threading";

/** Ways to run a function elsewhere. */
const elsewhere = {
  Thread: (target, args) => new Thread({ target, args }).start().result(),
  Process: (target, args) => new Process({ target, args }).start().result(),
  Pool: async (target, [item]) => {
    const pool = new Pool(1);
    try {
      return (await pool.map(target, [item]))[0];
    } finally {
      await pool.terminate();
    }
  },
};

/**
 * @param functions `price` captures a constant, `withTax` is imported, `order` returns an instance of the imported class
 * `Order`, and `fail` throws the program's own `OutOfStock`
 */
export async function check({ price, withTax, order, Order, fail, OutOfStock }) {
  for (const [where, run] of Object.entries(elsewhere)) {
    assert.equal(await run(price, [100]), price(100), `${where}: a captured constant and an import`);
    assert.equal(await run(withTax, [8]), withTax(8), `${where}: an imported function itself`);
    const made = await run(order, [4]);
    assert.ok(made instanceof Order, `${where}: an instance of an imported class comes home`);
    assert.equal(made.total, order(4).total);
    const away = await run(fail, ["tea"]).then(assert.fail, (error) => error);
    assert.ok(away instanceof OutOfStock, `${where}: the error is the program's own class, not ${away.stack}`);
    assert.deepEqual([away.name, away.message, away.item], ["OutOfStock", "no tea left", "tea"]);
    assert.equal(placeOf(away), placeOf(attempt(() => fail("tea"))), `${where}: the place in\n${away.stack}`);
    console.log(`${where} ok`);
  }
}

/** @param functions take a text, and use something of another module each */
export async function checkImports(functions) {
  for (const [where, run] of Object.entries(elsewhere)) {
    for (const [what, fn] of Object.entries(functions))
      assert.equal(await run(fn, ["a.b"]), fn("a.b"), `${where}: ${what}`);
    console.log(`${where} imports ok`);
  }
}

function attempt(body) {
  try {
    return assert.fail(body());
  } catch (error) {
    return error;
  }
}

/** @returns file, line and column of the innermost frame */
function placeOf({ stack }) {
  const frame = /([^\s()/\\]+:\d+:\d+)\)?$/m.exec(stack.slice(stack.indexOf("\n    at")));
  return frame?.[1] ?? assert.fail(`no frame in ${stack}`);
}

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { SharedCounter } from "./fixtures/counter.js";
import { DeepVault, opened, Vault } from "./fixtures/vault.js";
import { Away } from "./rig.js";

const made: string[] = [];
class Account {
  #balance = 0;
  #history: unknown[] = [];
  owner: string;
  constructor(owner: string, { start = 0 }: { start?: number } = {}) {
    made.push(owner);
    this.owner = owner;
    this.#balance = start;
  }
  #check(n: number): number {
    return n;
  }
  get #last(): unknown {
    return this.#history.at(-1);
  }
  deposit(n: number): number {
    this.#history.push(this);
    this.#balance += this.#check(n);
    return this.#balance;
  }
  get last(): unknown {
    return this.#last;
  }
  static isAccount(value: object): boolean {
    return #balance in value;
  }
}
class Savings extends Account {
  #balance = 0.5;
  rate(): number {
    return this.#balance;
  }
}
class Failure extends Error {
  #code: number;
  constructor(message: string, code: number) {
    super(message);
    made.push(message);
    this.#code = code;
  }
  get code(): number {
    return this.#code;
  }
}
class Tally extends Map<string, number> {
  #total = 0;
  bump(key: string): number {
    this.set(key, (this.get(key) ?? 0) + 1);
    return ++this.#total;
  }
}
class Worker2 extends SharedCounter {
  #state = { runs: 0 };
  run(): number {
    return ++this.#state.runs + this.add(1);
  }
}
class Census {
  kind = "census";
  static #count = 0;
  static get count(): number {
    return Census.#count;
  }
  static add(): void {
    Census.#count++;
  }
}
class OnlyMethods {
  #secret(): string {
    return "secret";
  }
  tell(): string {
    return this.#secret();
  }
}

describe("private state", () => {
  let away: Away;
  before(() => {
    away = new Away("thread");
  });
  after(() => away[Symbol.asyncDispose]());

  test("fields, methods and accessors travel and constructors do not run", async () => {
    const account = new Account("ada", { start: 5 });
    account.deposit(2);
    const seen = await away.call(
      (a: Account) => [a.deposit(1), a.last === a, Account.isAccount(a), a.owner, made.length],
      [account],
    );
    assert.deepEqual(seen, [8, true, true, "ada", 1]);
    assert.equal(await away.call((o: OnlyMethods) => o.tell(), [new OnlyMethods()]), "secret");
  });

  test("the same private name in a base and a derived class", async () => {
    const savings = new Savings("bea", { start: 7 });
    assert.deepEqual(await away.call((s: Savings) => [s.deposit(0), s.rate()], [savings]), [7, 0.5]);
  });

  test("subclasses of Error, Map and of a registered class", async () => {
    assert.equal(await away.call((f: Failure) => f.code, [new Failure("x", 404)]), 404);
    const tally = new Tally();
    tally.bump("a");
    assert.deepEqual(await away.call((t: Tally) => [t.bump("a"), t.get("a")], [tally]), [2, 2]);
    assert.equal(await away.call((w: Worker2) => w.run(), [new Worker2()]), 2);
  });

  test("static private fields", async () => {
    Census.add();
    assert.equal(await away.call(() => Census.count), 1);
    Census.add();
    assert.equal(await away.call(() => Census.count), 2);
    assert.equal(await away.call(() => (Census.add(), Census.count)), 3);
    Census.add();
    Census.add();
    // What the worker has assigned is its own from then on.
    assert.equal(await away.call(() => Census.count), 3);
  });

  test("objects come home as objects of the user's class, constructors not run", async () => {
    const before = made.length;
    const back = await away.call((a: Account) => [a, a.deposit(3)] as const, [new Account("cy", { start: 1 })]);
    assert.ok(back[0] instanceof Account);
    assert.ok(Account.isAccount(back[0]));
    assert.deepEqual(
      [back[0].deposit(0), back[0].owner, back[0].last === back[0], made.length - before],
      [4, "cy", true, 1],
    );
    const savings = await away.call((s: Savings) => s, [new Savings("di")]);
    assert.equal(savings.rate(), 0.5);
  });

  test("objects of an exported class are objects of the worker's own class", async () => {
    const vault = new Vault("v", { gold: 1 });
    const count = opened.length;
    const seen = await away.call(
      (v: Vault) => [v.content, v.note("x"), v instanceof Vault, Vault.has(v), v.label, opened],
      [vault],
    );
    assert.deepEqual(seen, [{ gold: 1 }, 1, true, true, "v", []]);
    const deep = new DeepVault("d", 2);
    deep.deeper();
    assert.deepEqual(await away.call((d: DeepVault) => [d.deeper(), d.content, d instanceof DeepVault], [deep]), [
      3,
      2,
      true,
    ]);
    const back = await away.call((v: Vault) => v, [vault]);
    assert.ok(Vault.has(back) && opened.length === count + 1);
  });

  test("errors with private fields come home, their constructors stopped after super()", async () => {
    const before = made.length;
    const fail = (code: number): never => {
      throw new Failure("there", code);
    };
    const error = await away.call(fail, [404]).then(
      () => assert.fail("it did not throw"),
      (e: unknown) => e as Failure,
    );
    assert.ok(error instanceof Failure);
    assert.deepEqual([error.code, error.message, made.length - before], [404, "there", 0]);
  });

  test("an object whose class does more before super() is refused on arrival", async () => {
    class Eager extends Failure {
      #n = 1;
      constructor(options: { code: number }) {
        super("eager", made.push("eager") + options.code);
      }
      get n(): number {
        return this.#n;
      }
    }
    await assert.rejects(
      away.call((f: Eager) => f, [new Eager({ code: 1 })]),
      /Cannot receive an object of class Eager.*Register the class with reduce and revive/,
    );
  });
});

/** Exports travel by reference wherever the program runs. */
export async function count(lock, total, times) {
  for (let i = 0; i < times; i++) {
    await lock.acquire();
    total.value++;
    lock.release();
  }
}

export async function take(jobs, results, go) {
  await go.wait();
  for (let taken = 0; ; taken++) {
    const job = await jobs.get();
    if (job === undefined) return taken;
    await results.put(square(job));
  }
}

export const square = (x) => x * x;

export const print = (text) => console.log(text);

export class Cash {
  #amount;

  constructor() {
    this.#amount = 2;
  }

  get amount() {
    return this.#amount;
  }
}

export const amountOf = (cash) => cash.amount;

/** What came of a case: one of these, and a remark that is shown beside it. */
export const right = (remark = "") => ({ outcome: "right", remark });

/** What happened is said, but in words alone: an Error like any other, which a program can tell apart by its text only. */
export const inWords = (remark = "") => ({ outcome: "in words", remark });

/** It fails, and does not say of what. */
export const vague = (remark) => ({ outcome: "vague", remark });

export const wrong = (remark) => ({ outcome: "wrong", remark });

export const hung = (remark = "") => ({ outcome: "hangs", remark });

/** There is nothing in the library that does this. */
export const none = (remark = "") => ({ outcome: "none", remark });

/** How long something may take before it counts as hanging, in milliseconds: long, since the machine may be busy. */
export const LONGEST = 20_000;

/** @returns what a promise came to; `hung` if it was not settled in time */
export async function settle(promise) {
  const begin = performance.now();
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, LONGEST, { state: "hung" });
  });
  const outcome = Promise.resolve(promise).then(
    (value) => ({ state: "resolved", value }),
    (error) => ({ state: "rejected", error }),
  );
  const result = await Promise.race([outcome, late]);
  clearTimeout(timer);
  return { ...result, ms: performance.now() - begin };
}

/** Calls something that gives a promise; that it throws at once is as good as a rejection. */
export const settleCall = (call) => settle(new Promise((resolve) => resolve(call())));

const firstLine = (text) => text.split("\n", 1)[0].slice(0, 60);

/** All that an error says of itself and of its causes: words, code, and fields such as `exitCode`. */
function words(error) {
  if (!(error instanceof Object)) return String(error);
  const own = Object.entries(error).filter(([, value]) => typeof value !== "object");
  const fields = own.map(([key, value]) => `${key}: ${value}`).join(", ");
  const cause = error.cause === undefined ? "" : words(error.cause);
  return `${error.name} ${error.message} ${fields} ${cause}`;
}

const isTyped = (error) =>
  error instanceof Object && ((error.name ?? "Error") !== "Error" || typeof error.code === "string");

/** @returns the verdict on a rejection that must say what happened, as `says` describes */
export function judge({ state, value, error, ms }, says) {
  if (state === "hung") return hung();
  if (state === "resolved") return wrong(`resolves with ${describe(value)}`);
  const after = ms > 3000 ? `after ${(ms / 1000).toFixed(0)} s` : "";
  if (!says.test(words(error)))
    return vague([`“${firstLine(error?.message ?? String(error))}”`, after].join(" ").trim());
  return isTyped(error) ? right(after) : inWords(after);
}

export const describe = (value) =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);

/** @returns the verdict, unless the pool answers no more after what happened */
export async function andServes(pool, verdict) {
  if (verdict.outcome === "hangs") return verdict;
  const answers = await settle(Promise.all([1, 2, 3, 4].map((n) => pool.run("echo", n, {}))));
  if (answers.state === "hung") return hung("the pool is dead afterwards");
  if (answers.state === "rejected") return wrong(`the next tasks fail: ${firstLine(String(answers.error))}`);
  return String(answers.value) === "1,2,3,4" ? verdict : wrong(`the next tasks get ${describe(answers.value)}`);
}

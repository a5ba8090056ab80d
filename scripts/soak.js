// npm run test:soak [-- groups or files]: the stress tests with large counts, 1,000 kills for each primitive.
// HEDDLE_SOAK=N sets another count; HEDDLE_SEED=N repeats a run.
import { node, prepare } from "./project.js";
import { chooseFiles } from "./test-files.js";

await prepare();
const files = chooseFiles(process.argv.slice(2), ["stress"]);
const { code } = await node(
  ["--enable-source-maps", "--test", "--test-reporter=spec", "--test-concurrency=1", ...files],
  { env: { ...process.env, HEDDLE_SOAK: process.env.HEDDLE_SOAK ?? "1000" } },
);
process.exitCode = code;

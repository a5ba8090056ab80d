// npm run test:soak [-- groups or files]: all tests that know HEDDLE_SOAK, with large counts: 1,000 kills for each primitive
// and container, a death at every store and another one at every store of the repair, queues of a million items.
// HEDDLE_SOAK=N sets another count; HEDDLE_SEED=N repeats a run.
import { node, prepare } from "./project.js";
import { chooseFiles, soakFiles } from "./test-files.js";

await prepare();
const typed = process.argv.slice(2);
const files = typed.length > 0 ? chooseFiles(typed) : soakFiles();
const { code } = await node(
  ["--enable-source-maps", "--test", "--test-reporter=spec", "--test-concurrency=1", ...files],
  { env: { ...process.env, HEDDLE_SOAK: process.env.HEDDLE_SOAK ?? "1000" } },
);
process.exitCode = code;

// npm start: from a fresh clone to the tour: the tutorial's programs and a piece of real work, each checked.
import { node, prepare } from "./project.js";

await prepare();
const { code } = await node(["--enable-source-maps", "build/examples/tour/tour.js", ...process.argv.slice(2)]);
process.exitCode = code;

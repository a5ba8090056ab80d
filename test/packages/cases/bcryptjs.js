import bcrypt from "bcryptjs";
import { check } from "../check.js";

const salt = bcrypt.genSaltSync(4);
const tools = { bcrypt, compare: bcrypt.compareSync };

await check({
  item: "secret",
  used: (word) => bcrypt.hashSync(word, salt),
  captured: async (word) => [tools.compare(word, await tools.bcrypt.hash(word, salt)), tools.bcrypt.getRounds(salt)],
  argument: [tools, (given) => [given.bcrypt.hashSync === bcrypt.hashSync, given.bcrypt.hashSync("a", salt)]],
});

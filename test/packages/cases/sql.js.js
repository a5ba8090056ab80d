import initSqlJs from "sql.js";
import { check } from "../check.js";

const SQL = await initSqlJs();
const database = new SQL.Database();
// A database is memory of WebAssembly.
const instead = "Make it in the worker";

await check({
  refused: { captured: instead, argument: instead, result: instead },
  item: 2,
  used: async (n) => new (await initSqlJs()).Database().exec(`select ${n} + 1`)[0].values,
  captured: (n) => database.exec(`select ${n}`)[0].values,
  argument: [database, (given) => given.exec("select 1")[0].values],
  result: [async () => new (await initSqlJs()).Database(), (made) => made.exec("select 1")[0].values],
});

import { addDays, formatISO } from "date-fns";
import { check } from "../check.js";

const tools = { addDays, show: formatISO };

await check({
  item: 2,
  used: (n) => addDays(new Date(0), n).toISOString(),
  captured: (n) => tools.addDays(0, n).getTime(),
  argument: [tools, ({ addDays: add }) => [add === addDays, add(0, 1).getTime()]],
  result: [(n) => addDays(new Date(0), n), (date) => [date instanceof Date, date.toISOString()]],
});

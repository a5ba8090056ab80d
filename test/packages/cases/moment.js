import moment from "moment";
import { check } from "../check.js";

const start = moment.utc("2024-01-31T10:00:00Z");

await check({
  item: 2,
  used: (n) => moment.utc("2024-02-28").add(n, "days").format("YYYY-MM-DD"),
  captured: (n) => start.clone().add(n, "months").format(),
  argument: [start, (time) => [moment.isMoment(time), time instanceof moment, time.year(), time.format("dddd")]],
  result: [(n) => moment.utc(`202${n}-06-01`), (time) => [time instanceof moment, time.toISOString()]],
});

import dayjs from "dayjs";
import { check } from "../check.js";

const start = dayjs("2024-01-31T10:00:00Z");

await check({
  item: 2,
  used: (n) => dayjs("2024-02-28T12:00:00Z").add(n, "day").toISOString(),
  captured: (n) => start.add(n, "month").toISOString(),
  argument: [start, (time) => [time instanceof dayjs, dayjs.isDayjs(time), time.year()]],
  result: [(n) => dayjs(`202${n}-06-01T00:00:00Z`), (time) => [time instanceof dayjs, time.toISOString()]],
});

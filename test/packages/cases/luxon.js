import { DateTime, Duration } from "luxon";
import { check } from "../check.js";

const start = DateTime.fromISO("2024-01-31T10:00:00Z", { zone: "utc" });

await check({
  item: 2,
  used: (n) => DateTime.fromISO("2024-02-28", { zone: "utc" }).plus({ days: n }).toISODate(),
  captured: (n) => [start.plus({ months: n }).toISO(), start.toFormat("yyyy LLL")],
  argument: [start, (time) => [time instanceof DateTime, time.year, time.weekdayLong]],
  result: [(n) => Duration.fromObject({ hours: n }), (span) => [span instanceof Duration, span.toISO()]],
});

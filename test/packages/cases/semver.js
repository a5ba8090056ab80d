import semver from "semver";
import { check } from "../check.js";

const version = new semver.SemVer("1.2.3");
const range = new semver.Range("^1.2.0 || 3.x");

await check({
  item: "1.9.0",
  used: (text) => semver.satisfies(text, "^1.0.0"),
  captured: (text) => [version instanceof semver.SemVer, version.compare(text), range.test(text)],
  argument: [range, (given) => [given instanceof semver.Range, given.test("3.1.0"), semver.intersects(given, "2.x")]],
  result: [(text) => new semver.SemVer(text), (made) => [made instanceof semver.SemVer, made.inc("minor").version]],
});

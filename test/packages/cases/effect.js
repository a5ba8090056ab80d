import { Effect, Option, Schema } from "effect";
import { check } from "../check.js";

class User extends Schema.Class("User")({ name: Schema.String, age: Schema.Number }) {
  get label() {
    return `${this.name} (${this.age})`;
  }
}
const ada = new User({ name: "Ada", age: 36 });
const twice = Effect.map(Effect.succeed(21), (n) => n * 2);

await check({
  item: 3,
  used: (n) => Effect.runSync(Effect.map(Effect.succeed(n), (value) => value + 1)),
  captured: (n) => [ada.label, ada instanceof User, Effect.runSync(twice) + n],
  argument: [Option.some(1), (option) => [Option.isSome(option), Option.getOrElse(option, () => 0)]],
  result: [(n) => Option.some(n), (option) => [Option.isOption(option), Option.getOrElse(option, () => 0)]],
  error: (n) => Schema.decodeUnknownSync(Schema.String)(n),
});

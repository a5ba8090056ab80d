import protobuf from "protobufjs";
import { check } from "../check.js";

const { root } = protobuf.parse('syntax = "proto3"; message User { string name = 1; int32 age = 2; }');
const User = root.lookupType("User");

await check({
  item: 5,
  used: (n) => [...protobuf.Writer.create().uint32(n).finish()],
  captured: (n) => User.toObject(User.decode(User.encode({ name: "Ada", age: n }).finish())),
  argument: [User, (type) => [type instanceof protobuf.Type, type.verify({ age: "x" })]],
  result: [
    (n) => new protobuf.Field("a", n, "int32"),
    (field) => [field instanceof protobuf.Field, field.id, field.name],
  ],
  error: () => User.decode(new Uint8Array([10, 5, 65])),
});

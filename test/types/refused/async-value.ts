/** As with a Lock. */
import { Value } from "heddle/shared";

const value = new Value("i32");
value.withLockSync(async () => value.add(1)); // refused

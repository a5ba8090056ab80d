/** A promise would go on without the lock. */
import { Lock } from "heddle/threading";

new Lock().withLockSync(async () => 1); // refused

/** A promise, perhaps: that is one too many. */
import { RWLock } from "heddle/threading";

declare const load: () => number | Promise<number>;
new RWLock().withReadSync(load); // refused

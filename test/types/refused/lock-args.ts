import { Lock } from "heddle/threading";

// Item 21 of the conformance list: a lock has no arguments.
new Lock(1); // refused

/** It would be done before it is. */
import { Once } from "heddle/threading";

new Once().runSync(async () => {}); // refused

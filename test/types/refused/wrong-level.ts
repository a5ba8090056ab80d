/** There are three levels. */
import { setLostMutationLevel } from "heddle/pickle";

setLostMutationLevel("loud"); // refused

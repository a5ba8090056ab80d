/** A timer's function takes an argument, and gets none. */
import { Timer } from "heddle/threading";

export const timer = new Timer(5, (text: string) => text.length); // refused

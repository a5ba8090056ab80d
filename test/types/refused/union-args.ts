/** Arguments must fit every function of a union. */
import { Timer } from "heddle/threading";

declare const target: ((text: string) => number) | ((text: string, times: number) => string);
export const timer = new Timer(5, target, { args: ["a"] }); // refused

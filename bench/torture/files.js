/** The files that workers load, and how a library says what nobody waits for. */
import { fileURLToPath } from "node:url";

const file = (name) => fileURLToPath(new URL(name, import.meta.url));

export const tasksFile = file("./tasks.js");

/** @returns the worker file of a library, or the one that fails while it is loaded */
export const workerFile = (name, broken) => file(`./workers/${broken ? "broken" : name}.js`);

/** The tasks as a library gets them that takes the file with the functions itself. */
export const taskFile = (broken) => (broken ? workerFile("", true) : tasksFile);

/** For events of errors that belong to no task: a program says them, and goes on. */
export const say = (error) => void process.stderr.write(`${error?.stack ?? error}\n`);

/** A signal that stands for a timeout where a library only knows signals. */
export const stopBy = ({ signal, timeout }) => (timeout === undefined ? signal : AbortSignal.timeout(timeout));

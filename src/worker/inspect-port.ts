/** The option `inspectPort` of processes. */
import { checkInteger } from "../platform/errors/arguments.js";

const MOST = 65535;
/** Node refuses the ports below, but for 0. */
const LEAST = 1024;

/**
 * @param processes how many need a port of their own
 * @throws {TypeError | RangeError} if `port` is neither undefined, 0, nor the first of that many ports
 */
export function checkInspectPort(className: string, port: unknown, processes = 1): void {
  if (port === undefined || port === 0) return;
  checkInteger(`${className}: inspectPort, if it is not 0,`, port, LEAST, MOST - processes + 1);
}

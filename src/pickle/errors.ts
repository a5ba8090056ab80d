import { HeddleError, nameError } from "../platform/errors.js";
export class PickleError extends HeddleError {
  static {
    nameError(this, "PickleError");
  }
  readonly path: string;
  constructor(m: string, path: string, o?: ErrorOptions) {
    super(m, o);
    this.path = path;
  }
}

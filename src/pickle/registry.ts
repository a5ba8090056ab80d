export type AnyClass = abstract new (...args: never[]) => unknown;
export interface Registration<T> {
  url: string;
  name: string;
  threadsOnly?: boolean;
  reduce(object: T): unknown;
  revive(data: unknown, actualClass: AnyClass): T;
}
export function register<T>(_cls: abstract new (...args: never[]) => T, _registration: Registration<T>): void {}

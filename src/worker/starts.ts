/** Whether this thread has started threads itself: then its worker is not fit for another one. */
let started = false;

export function noteStart(): void {
  started = true;
}

export function hasStarted(): boolean {
  return started;
}

/** A timer that does not keep the process alive; in browsers, where timers are numbers, nothing. */
export function unrefTimer(timer: unknown): void {
  if (typeof timer === "object" && timer !== null) (timer as { unref?: () => void }).unref?.();
}

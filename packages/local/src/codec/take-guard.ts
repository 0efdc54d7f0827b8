import { TTSError } from "@parlando/engine";

/** What is looked at before a piece is taken. */
export interface TakeState {
  readonly count: number;
  readonly ready: number;
  readonly closed: boolean;
  readonly busy: boolean;
}

/**
 * Ends a wrong call of `take`.
 *
 * @throws TTSError `ABORTED` after `close()`, `INTERNAL` when asked for more than is ready, or twice at once.
 */
export function checkTake({ count, ready, closed, busy }: TakeState): void {
  if (closed) throw new TTSError("ABORTED", "Taking sound of a speech: it was closed before.");
  if (busy) throw new TTSError("INTERNAL", "Taking sound of a speech: the piece before is still being decoded. Wait for it; please report this.");
  if (!Number.isInteger(count) || count < 1 || count > ready) {
    throw new TTSError("INTERNAL", `Taking sound of a speech: ${String(count)} codes were asked for and ${String(ready)} are ready. Ask for 1 to as many as \`ready()\` says; please report this.`);
  }
}

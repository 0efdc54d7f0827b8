import type { SocketOpening } from "./socket-opening.ts";
import type { FakeElevenLabsSettings } from "./fake-elevenlabs-options.ts";

/** A clock that goes off when nothing came for too long. */
export interface InactivityTimer {
  readonly timeoutMs: number;
  restart(): void;
  stop(): void;
}

/** The provider's default, and the most that a client may ask for, in seconds. */
const defaultSeconds = 20;
const longestSeconds = 180;

/** Starts the clock. */
export function createInactivityTimer(settings: FakeElevenLabsSettings, { query }: SocketOpening, expired: () => void): InactivityTimer {
  const asked = Number(query["inactivity_timeout"] ?? defaultSeconds);
  const timeoutMs = settings.inactivityTimeoutMs ?? 1000 * Math.min(longestSeconds, Math.max(1, asked));
  let timer = setTimeout(expired, timeoutMs);
  return {
    timeoutMs,
    restart() {
      clearTimeout(timer);
      timer = setTimeout(expired, timeoutMs);
    },
    stop: () => clearTimeout(timer),
  };
}

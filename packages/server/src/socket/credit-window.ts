import type { Clock } from "@parlando/core";

/** Of a window that was full, one part in so many has to be free before a frame is sent: credit that comes in drops would make frames of a few samples. */
const SMALLEST_SHARE = 8;

/** How far what is sent may be ahead of what was played: the account of one utterance, in frames. */
export interface CreditWindow {
  /** The size of the window; set when the rate is known. */
  windowFrames: number;
  /** Frames that were sent. */
  readonly sentFrames: number;
  /** Frames that were played, as far as the client said. */
  readonly creditFrames: number;
  /** When the credit last rose, by the clock; the beginning before that. */
  readonly creditAtMs: number;
  /** All frames before this one were played. Gives false where that is nothing new. What was not sent cannot have been played. */
  played(frame: number): boolean;
  /** Of so many frames that are left, how many may be sent now; 0: wait. */
  room(left: number): number;
  /** So many frames were sent. */
  sent(frames: number): void;
}

/** Opens an account without a window: nothing may be sent before that is set. */
export function createCreditWindow(clock: Clock): CreditWindow {
  let sentFrames = 0;
  let creditFrames = 0;
  let creditAtMs = clock.now();
  /** Whether the window was full when last asked: small credits are saved up then. */
  let isSpent = false;
  return {
    windowFrames: 0,
    get sentFrames() {
      return sentFrames;
    },
    get creditFrames() {
      return creditFrames;
    },
    get creditAtMs() {
      return creditAtMs;
    },
    played(frame) {
      const known = Math.min(frame, sentFrames);
      if (known <= creditFrames) return false;
      creditFrames = known;
      creditAtMs = clock.now();
      return true;
    },
    room(left) {
      const free = creditFrames + this.windowFrames - sentFrames;
      const least = isSpent ? Math.ceil(this.windowFrames / SMALLEST_SHARE) : 1;
      isSpent = free < Math.min(left, least);
      return isSpent ? 0 : Math.min(left, free);
    },
    sent(frames) {
      sentFrames += frames;
    },
  };
}

import { Problem } from "../problem/problem.ts";

/** What one request holds of the room for uploads. */
export interface UploadHold {
  /**
   * Holds so many bytes, or more than before.
   *
   * @throws Problem 503 `uploads_busy` where there is not so much room left; what was held stays held.
   */
  need(bytes: number): void;
  /** Gives all of it back. May be called twice. */
  release(): void;
}

/** The room that all uploads of a server share. */
export interface UploadRoom {
  /** Bytes that are held now. */
  readonly heldBytes: number;
  /** For one request; holds nothing yet. */
  open(): UploadHold;
}

/** When a client that was refused may try again; an upload is read in a moment. */
const retryAfterMs = 1_000;

/**
 * Makes room for `uploadTotalBytes`. Counted is what has come, not what was announced: else whoever announces much and sends nothing would take all of it.
 */
export function createUploadRoom({ uploadTotalBytes }: { readonly uploadTotalBytes: number }): UploadRoom {
  let heldBytes = 0;
  return {
    get heldBytes() {
      return heldBytes;
    },
    open() {
      let own = 0;
      return {
        need(bytes) {
          const more = bytes - own;
          if (more <= 0) return;
          if (heldBytes + more > uploadTotalBytes) throw busy(uploadTotalBytes);
          own += more;
          heldBytes += more;
        },
        release() {
          heldBytes -= own;
          own = 0;
        },
      };
    },
  };
}

function busy(most: number): Problem {
  // The rest of the body is not read.
  return new Problem(503, "uploads_busy", `The ${most} bytes that all uploads may take together are taken. Try again in a moment.`, { retryAfterMs, headers: { connection: "close" } });
}

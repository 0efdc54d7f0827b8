/** Seconds from 1601, where Windows begins to count, to 1970. */
const WINDOWS_EPOCH_SECONDS = 11_644_473_600n;
/** A token holds for these many seconds. */
const WINDOW_SECONDS = 300n;
const TICKS_PER_SECOND = 10_000_000n;

/**
 * The `Sec-MS-GEC` of a moment: the upper-case SHA-256 of the Windows ticks at which its five minutes began, and the client's token. Node only.
 *
 * Whole numbers all the way: a floating-point remainder of milliseconds gives hashes that are off by some ticks, and are refused.
 *
 * @param unixMs By the server's clock.
 */
export function edgeToken(unixMs: number, clientToken: string): string {
  const ticks = windowAt(unixMs) * WINDOW_SECONDS * TICKS_PER_SECOND;
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(`${ticks}${clientToken}`, "ascii").digest("hex").toUpperCase();
}

function windowAt(unixMs: number): bigint {
  return (BigInt(Math.floor(unixMs / 1000)) + WINDOWS_EPOCH_SECONDS) / WINDOW_SECONDS;
}

/** What the server's clock shows, as far as it is known, and the token that fits it. */
export interface EdgeClock {
  token(): string;
  /** Believes the `Date` header of a refusal. True: the token has become another one, so that asking again makes sense. */
  setBy(dateHeader: string | undefined): boolean;
}

/** Makes a clock that takes this machine's for right until the service says otherwise. */
export function createEdgeClock(clientToken: string, now: () => number = Date.now): EdgeClock {
  let aheadMs = 0;
  let kept: { readonly window: bigint; readonly token: string } | undefined;

  function token(): string {
    const unixMs = now() + aheadMs;
    const window = windowAt(unixMs);
    if (kept?.window !== window) kept = { window, token: edgeToken(unixMs, clientToken) };
    return kept.token;
  }

  return {
    token,
    setBy(dateHeader) {
      const serverMs = Date.parse(dateHeader ?? "");
      if (Number.isNaN(serverMs)) return false;
      const before = token();
      aheadMs = serverMs - now();
      return token() !== before;
    },
  };
}

import { createHash } from "node:crypto";
import type { SocketHandshake } from "../shared/fake-socket-server.ts";

/** What every client of the service sends, the same for all. */
export const edgeClientToken = "6A5AA1D4EAFF4E9FB37E23D68491D6F4";

/** Seconds from 1601, where Windows begins to count, to 1970. */
const windowsEpochSeconds = 11_644_473_600n;
const windowSeconds = 300n;

/** The `Sec-MS-GEC` of a moment: upper-case SHA-256 of the Windows ticks of its five minutes, and the client token. */
export function edgeToken(unixMs: number): string {
  const seconds = BigInt(Math.floor(unixMs / 1000)) + windowsEpochSeconds;
  const ticks = (seconds - (seconds % windowSeconds)) * 10_000_000n;
  return createHash("sha256").update(`${ticks}${edgeClientToken}`, "ascii").digest("hex").toUpperCase();
}

/** Whether a token is of these five minutes or of those next to them. How far the service goes is not known. */
export function isEdgeToken(token: string | null, serverTimeMs: number): boolean {
  const windowMs = Number(windowSeconds) * 1000;
  return [-windowMs, 0, windowMs].some((awayMs) => token === edgeToken(serverTimeMs + awayMs));
}

/** Why a handshake is refused; undefined where all is well. The service looks at the token, the version, the origin and the browser. */
export function handshakeFault({ query, headers }: Pick<SocketHandshake, "query" | "headers">, serverTimeMs: number): string | undefined {
  if (query.get("TrustedClientToken") !== edgeClientToken) return "client token";
  if (!isEdgeToken(query.get("Sec-MS-GEC"), serverTimeMs)) return "Sec-MS-GEC";
  if (!/^1-\d+(?:\.\d+){3}$/u.test(query.get("Sec-MS-GEC-Version") ?? "")) return "Sec-MS-GEC-Version";
  if (headers.origin !== "chrome-extension://jdiccldimpdaibmpdkjnbmckianbfold") return "Origin";
  return /\bEdg\/\d/u.test(headers["user-agent"] ?? "") ? undefined : "User-Agent";
}

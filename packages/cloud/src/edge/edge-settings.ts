import { createEdgeClock, type EdgeClock } from "./edge-token.ts";
import { checkEngineOptions, type EdgeOptions } from "./edge-options.ts";

/** What an engine works with: its options, checked and completed. */
export interface EdgeSettings {
  readonly options: EdgeOptions;
  readonly voice: string | undefined;
  readonly bitrate: 48 | 96;
  readonly firstByteMs: number;
  readonly idleMs: number;
  readonly clock: EdgeClock;
  /** The address of a WebSocket for a token. */
  socketAddress(token: string): string;
  /** The address of the list of voices for a token. */
  voicesAddress(token: string): string;
  /** Headers of every WebSocket, with a cookie of its own. */
  socketHeaders(): Readonly<Record<string, string>>;
  /** Headers of the request for the list of voices. */
  voicesHeaders(): Readonly<Record<string, string>>;
}

const SERVICE = "https://speech.platform.bing.com";
const SERVICE_PATH = "/consumer/speech/synthesize/readaloud";
/** What Edge sent when this was written; the service takes versions out of use after some months. */
const VERSION = "143.0.3650.75";
const CLIENT_TOKEN = "6A5AA1D4EAFF4E9FB37E23D68491D6F4";
/** The part of Edge that reads aloud. */
const ORIGIN = "chrome-extension://jdiccldimpdaibmpdkjnbmckianbfold";

/**
 * Reads the options.
 *
 * @throws TTSError `INVALID_CONFIG`.
 */
export function readSettings(given: unknown): EdgeSettings {
  const options = checkEngineOptions(given);
  const { version = VERSION, trustedClientToken = CLIENT_TOKEN } = options;
  const base = readBase(options.baseURL ?? SERVICE);
  const major = version.split(".", 1)[0] ?? "";
  const userAgent = options.userAgent ?? `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36 Edg/${major}.0.0.0`;
  const shared = { "User-Agent": userAgent, "Accept-Language": "en-US,en;q=0.9", Pragma: "no-cache", "Cache-Control": "no-cache" };

  const { protocol, host, pathname } = base;
  const socketProtocol = protocol === "https:" ? "wss:" : "ws:";
  // All of them are letters, digits, dots and hyphens: nothing has to be escaped.
  const query = (token: string): string => `${trustedClientToken}&Sec-MS-GEC=${token}&Sec-MS-GEC-Version=1-${version}`;

  return {
    options,
    voice: options.voice,
    bitrate: options.bitrate ?? 48,
    firstByteMs: options.firstByteMs ?? 10_000,
    idleMs: options.idleMs ?? 10_000,
    clock: createEdgeClock(trustedClientToken),
    socketAddress: (token) => `${socketProtocol}//${host}${pathname}/edge/v1?TrustedClientToken=${query(token)}&ConnectionId=${randomHex()}`,
    voicesAddress: (token) => `${protocol}//${host}${pathname}/voices/list?trustedclienttoken=${query(token)}`,
    socketHeaders: () => ({ ...shared, Origin: ORIGIN, "Accept-Encoding": "gzip, deflate, br, zstd", Cookie: cookie() }),
    voicesHeaders: () => ({ ...shared, Accept: "*/*", Cookie: cookie() }),
  };
}

function readBase(address: string): URL {
  const base = new URL(address);
  const path = base.pathname.replace(/\/+$/, "");
  base.pathname = path === "" ? SERVICE_PATH : path;
  return base;
}

/** 32 hexadecimal digits at random: how the service wants its ids. */
export function randomHex(): string {
  return globalThis.crypto.randomUUID().replaceAll("-", "");
}

/** A machine's id, as the browser has one; here it is drawn anew each time. */
function cookie(): string {
  return `muid=${randomHex().toUpperCase()};`;
}

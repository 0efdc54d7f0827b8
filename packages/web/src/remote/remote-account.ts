import { TTSError } from "@parlando/engine";
import { keyProtocolPrefix, protocolName, ticketProtocolPrefix } from "@parlando/protocol";
import { environmentVariable, isNode } from "./platform.ts";
import { calledOff, remoteError } from "./remote-errors.ts";
import { isWebAddress } from "./remote-options-schema.ts";
import type { RemoteOptions } from "./remote-options.ts";

/** A key or a ticket. */
export interface Credential {
  readonly kind: "key" | "ticket";
  readonly value: string;
}

/** Where the server is, and who asks. Keys are found by its methods only, so that they do not show where it is printed. */
export interface RemoteAccount {
  /** The server's address without a slash at its end; undefined where none was given. */
  readonly base: string | undefined;
  /** The address. @throws TTSError `ENGINE_UNAVAILABLE` where there is none. */
  address(doing: string): string;
  /** What to sign in with; undefined where there is nothing. @throws TTSError `AUTHENTICATION` where no ticket could be had; `ABORTED`. */
  credential(doing: string, signal: AbortSignal): Promise<Credential | undefined>;
  /** Whether a refused ticket could be followed by another. */
  readonly canRenew: boolean;
}

/** Reads address and credentials of the options, and where they say nothing, of the page or the environment. */
export function createAccount({ url, apiKey, ticket }: Pick<RemoteOptions, "url" | "apiKey" | "ticket">): RemoteAccount {
  const found = url ?? environmentVariable("PARLANDO_URL") ?? pageOrigin();
  // What came from the environment was not checked: it may hold a password.
  const base = found !== undefined && isWebAddress(found) ? found.replace(/\/+$/, "") : undefined;
  const key = apiKey ?? environmentKey(base);
  return {
    base,
    canRenew: typeof ticket === "function",
    address(doing) {
      if (base !== undefined) return base;
      if (found !== undefined) throw remoteError("INVALID_CONFIG", `${doing}: the variable PARLANDO_URL is no address that begins with http:// or https://, without user, password, query and fragment.`);
      throw remoteError("ENGINE_UNAVAILABLE", `${doing}: there is no address of a server. Give the option \`url\`${isNode() ? ", or set the environment variable PARLANDO_URL" : ""}, such as "http://127.0.0.1:8080".`);
    },
    async credential(doing, signal) {
      if (ticket === undefined) return key === undefined ? undefined : { kind: "key", value: key };
      return { kind: "ticket", value: typeof ticket === "string" ? ticket : await askForTicket(ticket, doing, signal) };
    },
  };
}

async function askForTicket(ask: () => Promise<string>, doing: string, signal: AbortSignal): Promise<string> {
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => (abort = () => reject(calledOff(doing, signal))));
  aborted.catch(() => undefined);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    const given: unknown = await Promise.race([(async () => await ask())(), aborted]);
    if (typeof given === "string" && /^[\w.-]+$/.test(given)) return given;
    throw remoteError("AUTHENTICATION", `${doing}: the function \`ticket\` gave no ticket. It has to resolve to the field "ticket" of what POST /v1/tickets answers.`);
  } catch (error) {
    if (TTSError.isInstance(error)) throw error;
    throw remoteError("AUTHENTICATION", `${doing}: the function \`ticket\` failed. See the cause.`, { cause: error, retryable: true });
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** A key of the environment goes to the address of the environment, or does not leave this machine. */
function environmentKey(base: string | undefined): string | undefined {
  if (base === undefined) return undefined;
  const meant = environmentVariable("PARLANDO_URL");
  const { origin, hostname } = new URL(base);
  const isMeant = meant !== undefined && URL.canParse(meant) && new URL(meant).origin === origin;
  return isMeant || hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname) ? environmentVariable("PARLANDO_SERVER_KEY") : undefined;
}

/** The origin of the page that this runs in; a page from a file has none. */
function pageOrigin(): string | undefined {
  const { location } = globalThis as { location?: { readonly origin?: string | undefined } };
  return location?.origin === undefined || !/^https?:/.test(location.origin) ? undefined : location.origin;
}

/** The address of the socket that takes text and gives speech. */
export function socketAddress(base: string): string {
  return `${base.replace(/^http/, "ws")}/v1/audio/speech/stream`;
}

/** What goes along with the request for a socket. */
export interface SocketIntroduction {
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** Where headers can be sent they carry the credential; else it is a subprotocol, which the server never chooses. */
export function introduce(credential: Credential | undefined, canSendHeaders: boolean): SocketIntroduction {
  if (credential === undefined) return { protocols: [protocolName], headers: {} };
  if (canSendHeaders) return { protocols: [protocolName], headers: bearer(credential) };
  const offered = credential.kind === "ticket" ? ticketProtocolPrefix + credential.value : keyProtocolPrefix + base64url(credential.value);
  return { protocols: [protocolName, offered], headers: {} };
}

/** The header that a credential is sent in. */
export function bearer(credential: Credential | undefined): Record<string, string> {
  return credential === undefined ? {} : { authorization: `Bearer ${credential.value}` };
}

function base64url(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

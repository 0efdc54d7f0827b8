import { number, object, safeParse, string, type InferOutput } from "valibot";
import { sameDigest, sign } from "./digest.ts";

/** What a ticket says. */
export interface Ticket {
  /** Until when it is good, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** Id of the key's owner who asked for it. */
  readonly caller: string;
}

/** Makes tickets, and reads those that it (or a server with the same secret) made. */
export interface TicketOffice {
  issue(caller: string): { readonly ticket: string; readonly expiresAtMs: number };
  /** Undefined for what is no ticket of ours or has run out. */
  read(ticket: string): Ticket | undefined;
}

/** How every ticket begins: its version. */
export const ticketPrefix: string = "pt1.";

const payloadSchema = object({ exp: number(), caller: string() });

/** What {@link createTicketOffice} needs. */
export interface TicketOptions {
  readonly secret: Buffer;
  readonly ticketMs: number;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** Opens an office. A ticket is `pt1.`, what it says as JSON in base64url, a dot, and the HMAC-SHA-256 of all before that. */
export function createTicketOffice({ secret, ticketMs, now = Date.now }: TicketOptions): TicketOffice {
  return {
    issue(caller) {
      const expiresAtMs = now() + ticketMs;
      const payload: InferOutput<typeof payloadSchema> = { exp: Math.floor(expiresAtMs / 1_000), caller };
      const signed = ticketPrefix + Buffer.from(JSON.stringify(payload)).toString("base64url");
      return { ticket: `${signed}.${sign(secret, signed).toString("base64url")}`, expiresAtMs: payload.exp * 1_000 };
    },
    read(ticket) {
      const end = ticket.lastIndexOf(".");
      if (!ticket.startsWith(ticketPrefix) || ticket.length > 1_024 || end <= ticketPrefix.length) return undefined;
      const signed = ticket.slice(0, end);
      if (!sameDigest(sign(secret, signed), Buffer.from(ticket.slice(end + 1), "base64url"))) return undefined;
      const payload = payloadOf(signed.slice(ticketPrefix.length));
      return payload === undefined || payload.exp * 1_000 <= now() ? undefined : { expiresAtMs: payload.exp * 1_000, caller: payload.caller };
    },
  };
}

function payloadOf(encoded: string): InferOutput<typeof payloadSchema> | undefined {
  try {
    const read = safeParse(payloadSchema, JSON.parse(Buffer.from(encoded, "base64url").toString("utf8")));
    return read.success ? read.output : undefined;
  } catch {
    return undefined;
  }
}

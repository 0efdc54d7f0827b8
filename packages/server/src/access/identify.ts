import { randomBytes } from "node:crypto";
import { TTSError } from "@parlando/engine";
import { Problem } from "../problem/problem.ts";
import type { Route } from "../route/route.ts";
import type { ServerOptions } from "../server-options.ts";
import type { Caller } from "./caller.ts";
import { unauthorized, type Presented } from "./credentials.ts";
import { sign } from "./digest.ts";
import { createKeyRing } from "./keys.ts";
import { createTicketOffice, ticketPrefix, type TicketOffice } from "./tickets.ts";

/** Tells who asks, and whether he may. */
export interface Identify {
  /** Whether keys are set. */
  readonly hasKeys: boolean;
  /** @throws Problem 401 without a key or ticket of ours where one is needed; 403 for a ticket where it has to be a key. */
  callerOf(access: Route["access"], presented: Presented): Caller;
  readonly tickets: TicketOffice;
}

/**
 * Reads keys and the secret of tickets.
 *
 * @throws TTSError `INVALID_CONFIG`, never telling a key or the secret.
 */
export function createIdentify(options: Pick<ServerOptions, "keys" | "ticketSecret" | "ticketMs">): Identify {
  const secret = secretOf(options.ticketSecret);
  const keys = createKeyRing(options.keys ?? [], secret);
  const tickets = createTicketOffice({ secret, ticketMs: ticketMsOf(options.ticketMs) });

  function knownCaller(credential: string): Caller | undefined {
    const ticket = credential.startsWith(ticketPrefix) ? tickets.read(credential) : undefined;
    if (ticket !== undefined) return { kind: "ticket", id: ticket.caller };
    const id = keys.callerOf(credential);
    return id === undefined ? undefined : { kind: "key", id };
  }

  const anonymous = (address: string | undefined): Caller => ({ kind: "anonymous", id: sign(secret, `address:${networkOf(address)}`).toString("base64url").slice(0, 22) });

  return {
    hasKeys: !keys.isEmpty,
    tickets,
    callerOf(access, { credential, address, isLoopback }) {
      if (keys.isEmpty || access === "public" || (access === "ops" && isLoopback && credential === undefined)) return anonymous(address);
      if (credential === undefined) throw unauthorized("This needs a key: send it as `Authorization: Bearer`.");
      const caller = knownCaller(credential);
      if (caller === undefined) throw unauthorized("The key or ticket is not known here, or has run out.");
      if (caller.kind === "ticket" && access !== "caller") throw new Problem(403, "key_required", "A ticket is not enough for this; it needs the key itself.");
      return caller;
    },
  };
}

function secretOf(given: string | undefined): Buffer {
  if (given === undefined) return randomBytes(32);
  const secret = Buffer.from(given, "utf8");
  if (secret.length < 32) throw new TTSError("INVALID_CONFIG", `The server's ticketSecret has ${secret.length} bytes and needs at least 32. Make one with \`openssl rand -base64 32\`.`);
  return secret;
}

function ticketMsOf(given = 300_000): number {
  if (Number.isInteger(given) && given >= 1_000 && given <= 86_400_000) return given;
  throw new TTSError("INVALID_CONFIG", `The server's ticketMs has to be a whole number from 1,000 to 86,400,000 (a day); given ${given}.`);
}

/** One household or machine has a whole /64 of IPv6: that is what is counted. */
function networkOf(address = ""): string {
  if (!address.includes(":") || /^::ffff:\d+\./.test(address)) return address.replace(/^::ffff:/, "");
  const [head = "", tail] = address.split("%", 1)[0]?.split("::") ?? [];
  const front = head.split(":").filter(Boolean);
  const back = tail === undefined ? [] : tail.split(":").filter(Boolean);
  const groups = tail === undefined ? front : [...front, ...Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0"), ...back];
  return groups.slice(0, 4).join(":");
}

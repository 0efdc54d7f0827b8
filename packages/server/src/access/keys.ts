import { TTSError } from "@parlando/engine";
import { digestOf, sameDigest, sign } from "./digest.ts";

/** The keys of a server, of which it keeps only digests. */
export interface KeyRing {
  /** Whether there are none: then everybody may speak. */
  readonly isEmpty: boolean;
  /** The id by which the owner of a key is counted; undefined where it is none of ours. Takes as long for every key. */
  callerOf(key: string): string | undefined;
}

/** A key is sent in a header; what cannot be there can be none. */
const possibleKey = /^[\x21-\x7e]{8,512}$/;

/**
 * Keeps keys.
 *
 * @param secret - Makes ids of keys that tell nothing of the keys: they are in tickets.
 * @throws TTSError `INVALID_CONFIG` for what can be no key, without telling it.
 */
export function createKeyRing(keys: readonly string[], secret: Buffer): KeyRing {
  const kept = keys.map((key, index) => {
    if (typeof key !== "string" || !possibleKey.test(key)) throw new TTSError("INVALID_CONFIG", `Key ${index + 1} of the server cannot be used: a key is 8 to 512 printable ASCII characters without spaces.`);
    const digest = digestOf(key);
    return { digest, caller: sign(secret, `caller:${digest.toString("hex")}`).toString("base64url").slice(0, 22) };
  });
  return {
    isEmpty: kept.length === 0,
    callerOf(key) {
      const digest = digestOf(key);
      let found: string | undefined;
      // No early end: how long it takes must not tell which key was near.
      for (const candidate of kept) if (sameDigest(candidate.digest, digest)) found = candidate.caller;
      return found;
    },
  };
}

import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** SHA-256. */
export function digestOf(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}

/** HMAC-SHA-256. */
export function sign(secret: Buffer, text: string): Buffer {
  return createHmac("sha256", secret).update(text, "utf8").digest();
}

/** Whether two digests are the same, in a time that does not tell where they differ. */
export function sameDigest(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

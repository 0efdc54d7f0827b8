import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/**
 * SHA-256 of a file as hexadecimal digits, read in pieces.
 *
 * @throws what reading throws; the signal's reason when it was aborted.
 */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: 1_048_576, signal })) hash.update(piece as Uint8Array);
  return hash.digest("hex");
}

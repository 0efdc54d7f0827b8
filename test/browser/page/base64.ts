/** At once: more arguments than a call may have are refused. */
const PIECE_BYTES = 8_192;

/** Bytes as text, for the way from a page to Node. */
export function base64Of(blocks: readonly Uint8Array[]): string {
  const letters: string[] = [];
  for (const block of blocks) {
    for (let at = 0; at < block.length; at += PIECE_BYTES) letters.push(String.fromCharCode(...block.subarray(at, at + PIECE_BYTES)));
  }
  return btoa(letters.join(""));
}

/**
 * Says what some bytes seem to be, for an error message: a kind, never any content, which could be spoken text or a secret.
 *
 * @param bytes The first bytes of what came; a dozen are enough.
 */
export function sniffBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "nothing";
  const text = String.fromCharCode(...bytes.subarray(0, 32));
  const signature = signatures.find(([start]) => text.startsWith(start));
  if (signature !== undefined) return signature[1];
  const trimmed = text.trimStart().toLowerCase();
  if (trimmed.startsWith("{") || trimmed.startsWith("[")) return "JSON";
  if (trimmed.startsWith("<!doctype h") || trimmed.startsWith("<html")) return "HTML";
  if (trimmed.startsWith("<")) return "XML";
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0) return "MP3 or AAC";
  if (bytes.every((byte) => byte === 0)) return "zeros";
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? "plain text" : "unknown binary data";
}

const signatures: readonly (readonly [string, string])[] = [
  ["RIFX", "a big-endian RIFX file"],
  ["RIFF", "a RIFF file that is not WAVE"],
  ["ID3", "MP3"],
  ["OggS", "Ogg"],
  ["fLaC", "FLAC"],
  ["FORM", "AIFF"],
  [".snd", "an AU file"],
  ["\x1aE\xdf\xa3", "WebM"],
  ["\x1f\x8b", "gzip"],
];

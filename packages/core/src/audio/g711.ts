/**
 * G.711, the two companded encodings of telephony, as in the ITU's own reference software (ITU-T G.191): 8 bits stand for a
 * 16-bit sample. Every function maps one sample.
 */

/** The 16-bit sample that a µ-law byte stands for. */
export function decodeMulaw(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84;
  return (code & 0x80) === 0 ? magnitude : -magnitude;
}

/** The µ-law byte for a 16-bit sample. */
export function encodeMulaw(sample: number): number {
  const magnitude = Math.min(((sample < 0 ? ~sample : sample) >> 2) + 33, 0x1fff);
  const exponent = 26 - Math.clz32(magnitude);
  const code = (exponent << 4) | ((magnitude >> (exponent + 1)) & 0x0f);
  return (~code & 0x7f) | (sample < 0 ? 0 : 0x80);
}

/** The 16-bit sample that an A-law byte stands for. */
export function decodeAlaw(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code & 0x70) >> 4;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (code & 0x80) === 0 ? -magnitude : magnitude;
}

/** The A-law byte for a 16-bit sample. */
export function encodeAlaw(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const exponent = magnitude < 16 ? 0 : 28 - Math.clz32(magnitude);
  const mantissa = exponent === 0 ? magnitude : (magnitude >> (exponent - 1)) & 0x0f;
  return ((exponent << 4) | mantissa | (sample < 0 ? 0 : 0x80)) ^ 0x55;
}

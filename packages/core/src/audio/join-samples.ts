const nothing = new Float32Array(0);

/** Puts arrays one after the other. A single array that has samples is returned as it is, not copied. */
export function joinSamples(parts: readonly Float32Array[]): Float32Array {
  const filled = parts.filter((part) => part.length > 0);
  if (filled.length <= 1) return filled[0] ?? nothing;
  const joined = new Float32Array(filled.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of filled) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** 16-bit little-endian: rounded to the nearest, saturated, with 32768 for 1 so that what was 16-bit before comes out bit for bit. */
export function encodeSamples(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < samples.length; index += 1) {
    const scaled = Math.round((samples[index] ?? 0) * 32_768);
    // A NaN of a broken engine becomes 0 here, because a comparison with it is never true.
    view.setInt16(index * 2, scaled > 32_767 ? 32_767 : scaled < -32_768 ? -32_768 : scaled, true);
  }
  return bytes;
}

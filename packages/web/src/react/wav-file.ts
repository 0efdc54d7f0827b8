const headerBytes = 44;
const bytesPerSample = 2;

/**
 * A WAV file of mono samples of 16 bits.
 *
 * @param blocks Samples, little-endian, in order.
 * @param sampleRate In Hz.
 */
export function wavFile(blocks: readonly Uint8Array<ArrayBuffer>[], sampleRate: number): Blob {
  const dataBytes = blocks.reduce((sum, { length }) => sum + length, 0);
  const view = new DataView(new ArrayBuffer(headerBytes));
  writeText(view, 0, "RIFF");
  view.setUint32(4, headerBytes - 8 + dataBytes, true);
  writeText(view, 8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * bytesPerSample, true);
  view.setUint16(32, bytesPerSample, true);
  view.setUint16(34, 8 * bytesPerSample, true);
  writeText(view, 36, "data");
  view.setUint32(40, dataBytes, true);
  return new Blob([view.buffer, ...blocks], { type: "audio/wav" });
}

function writeText(view: DataView, at: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) view.setUint8(at + index, text.charCodeAt(index));
}

/** Bytes of a header. */
const headerBytes = 44;

/** A whole WAV file of 16-bit samples, one channel. */
export function wholeWav(samples: Uint8Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(headerBytes + samples.length);
  const view = new DataView(file.buffer);
  writeText(file, 0, "RIFF");
  view.setUint32(4, file.length - 8, true);
  writeText(file, 8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  writeText(file, 36, "data");
  view.setUint32(40, samples.length, true);
  file.set(samples, headerBytes);
  return file;
}

function writeText(file: Uint8Array, offset: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) file[offset + index] = text.charCodeAt(index);
}

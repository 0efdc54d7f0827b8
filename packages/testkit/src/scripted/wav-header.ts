/** What a WAV header says about its data: the truth, one of the usual lies of streaming servers, or a wrong number. */
export type WavLength = "right" | "unknown" | "zero" | "too-long" | "too-short";

/** The header of 16-bit PCM audio in a RIFF file, 44 bytes. */
export function wavHeader(options: { sampleRate: number; channels: number; dataBytes: number; length: WavLength }): Uint8Array<ArrayBuffer> {
  const { sampleRate, channels, dataBytes, length } = options;
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, value: string): void => [...value].forEach((letter, index) => header.setUint8(at + index, letter.charCodeAt(0)));
  const declared = { right: dataBytes, unknown: 0xffffffff, zero: 0, "too-long": dataBytes * 2, "too-short": Math.floor(dataBytes / 4) * 2 }[length];
  text(0, "RIFF");
  header.setUint32(4, length === "unknown" ? 0xffffffff : declared + 36, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, channels, true);
  header.setUint32(24, sampleRate, true);
  header.setUint32(28, sampleRate * channels * 2, true);
  header.setUint16(32, channels * 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, declared, true);
  return new Uint8Array(header.buffer);
}

/** What the header of a WAV file says of its audio. */
export interface WavFacts {
  readonly channels: number;
  /** In Hz. */
  readonly sampleRate: number;
  /** Bytes of one frame, all channels. */
  readonly frameBytes: number;
  /** Bytes of audio: those announced, or what there is where that is less. */
  readonly audioBytes: number;
}

/** Chunks that may stand before the audio. */
const mostChunks = 64;

/** Reads the header of a whole RIFF/WAVE file without touching its audio; undefined where it is none, or has no audio. */
export function readWavFacts(file: Uint8Array): WavFacts | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const nameAt = (offset: number): string => String.fromCharCode(...file.subarray(offset, offset + 4));
  if (file.length < 12 || nameAt(0) !== "RIFF" || nameAt(8) !== "WAVE") return undefined;
  let format: Omit<WavFacts, "audioBytes"> | undefined;
  let offset = 12;
  for (let count = 0; count < mostChunks && offset + 8 <= file.length; count += 1) {
    const name = nameAt(offset);
    const size = view.getUint32(offset + 4, true);
    const start = offset + 8;
    if (name === "data") return format && { ...format, audioBytes: Math.min(size, file.length - start) };
    if (name === "fmt " && size >= 16 && start + 16 <= file.length) {
      format = { channels: view.getUint16(start + 2, true), sampleRate: view.getUint32(start + 4, true), frameBytes: view.getUint16(start + 12, true) };
    }
    offset = start + size + (size % 2);
  }
  return undefined;
}

/** MPEG-1 Layer III, 128 kbit/s, 44,100 Hz, one channel, no CRC: 417 bytes of 1,152 frames each. Side information of zeros is silence. */
const header: readonly number[] = [0xff, 0xfb, 0x90, 0xc0];
const frameBytes = 417;
const frameMs = (1_152 * 1_000) / 44_100;

/** MP3 of silence, for what sends MP3 to whoever asked for something else. */
export async function* silentMp3(durationMs: number): AsyncGenerator<Uint8Array, void, undefined> {
  const frame = new Uint8Array(frameBytes);
  frame.set(header);
  for (let atMs = 0; atMs < durationMs; atMs += frameMs) yield frame;
}

/** Sample frames at 48 kHz in one Opus frame, by the four configurations of a mode (RFC 6716, table 2). */
const silkFrames = [480, 960, 1_920, 2_880] as const;
const hybridFrames = [480, 960] as const;
const celtFrames = [120, 240, 480, 960] as const;

/** A packet holds at most 120 ms (RFC 6716, 3.2.5). */
export const mostPacketFrames = 5_760;

/** Sample frames at 48 kHz that a packet decodes to; 0 for what is no packet. */
export function opusPacketFrames(packet: Uint8Array): number {
  const [toc, count = 0] = packet;
  if (toc === undefined) return 0;
  const frames = frameLength(toc >> 3) * frameCount(toc & 3, count & 63);
  return frames <= mostPacketFrames ? frames : 0;
}

function frameLength(configuration: number): number {
  if (configuration < 12) return silkFrames[configuration & 3] ?? 0;
  if (configuration < 16) return hybridFrames[configuration & 1] ?? 0;
  return celtFrames[configuration & 3] ?? 0;
}

function frameCount(code: number, count: number): number {
  return code === 0 ? 1 : code === 3 ? count : 2;
}

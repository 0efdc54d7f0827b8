/** An information frame as LAME writes it before a file, in a frame of 64 kbit/s at 24 kHz. */
export function infoFrame({ frames, start, end }: { frames: number; start: number; end: number }): Uint8Array {
  const frame = new Uint8Array(192);
  frame.set([0xff, 0xf3, 0x84, 0xc4]);
  const view = new DataView(frame.buffer);
  frame.set(new TextEncoder().encode("Info"), 13);
  view.setUint32(17, 1);
  view.setUint32(21, frames);
  frame.set(new TextEncoder().encode("LAME3.100"), 25);
  frame.set([start >> 4, ((start & 15) << 4) | (end >> 8), end & 0xff], 46);
  return frame;
}

/** A file of 64 kbit/s at 24 kHz with the tag that belongs to it. */
export function withInfoFrame(bytes: Uint8Array, samples: number): Uint8Array[] {
  const frames = bytes.length / 192;
  return [infoFrame({ frames, start: 576, end: frames * 576 - 576 - samples }), bytes];
}

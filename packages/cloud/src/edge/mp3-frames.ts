/** Counts the frames of MP3 that comes in pieces cut anywhere: the clock of the audio, since each lasts {@link frameMs}. */
export interface Mp3FrameCounter {
  push(bytes: Uint8Array): void;
  /** Whole frames so far. */
  readonly frames: number;
  /** Whether the audio has ended inside a frame. */
  readonly isCut: boolean;
}

/** 576 samples of MPEG-2 Layer III at 24 kHz (ISO/IEC 13818-3, 2.4). */
export const frameMs = 24;

/** kbit/s of MPEG-2 Layer III by index; "free" and the last one are not used. */
const bitrates = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] as const;

/** Makes a counter for MPEG-2 Layer III at 24 kHz, the only audio that is asked for. What is no such frame is passed over. */
export function createMp3FrameCounter(): Mp3FrameCounter {
  let frames = 0;
  let head = 0;
  let headBytes = 0;
  let left = 0;
  let isLost = false;

  function readHead(byte: number): void {
    head = ((head << 8) | byte) >>> 0;
    headBytes += 1;
    if (headBytes < 4) return;
    const length = frameBytes(head);
    isLost = length === undefined;
    left = length === undefined ? 0 : length - 4;
    headBytes = isLost ? 3 : 0;
  }

  return {
    push(bytes) {
      for (let at = 0; at < bytes.length;) {
        if (left === 0) {
          readHead(bytes[at] ?? 0);
          at += 1;
          continue;
        }
        const step = Math.min(left, bytes.length - at);
        left -= step;
        at += step;
        if (left === 0) frames += 1;
      }
    },
    get frames() {
      return frames;
    },
    get isCut() {
      return left > 0 || (headBytes > 0 && !isLost);
    },
  };
}

/** Bytes of the frame that a header begins; undefined for what is none of MPEG-2 Layer III at 24 kHz. */
function frameBytes(head: number): number | undefined {
  const isLayer3 = head >>> 20 === 0xfff && ((head >>> 17) & 7) === 0b001;
  const bitrate = bitrates[(head >>> 12) & 15] ?? 0;
  if (!isLayer3 || bitrate === 0 || ((head >>> 10) & 3) !== 1) return undefined;
  return 3 * bitrate + ((head >>> 9) & 1);
}

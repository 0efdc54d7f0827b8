import { joinSamples } from "../join.ts";
import type { Mp3Tag } from "./mp3-tag.ts";

/** What every decoder puts before the audio, in sample frames: 528 + 1 (lame.sourceforge.io, "tech-FAQ"). */
const decoderDelay = 529;

/** What an encoder puts before the audio where no tag tells: LAME's, which the services use. */
const usualEncoderDelay = 576;

/** Cuts what encoder and decoder put around the audio of one MP3 file. */
export interface Mp3Trimmer {
  push(samples: Float32Array): Float32Array;
  /** What was held back because it might have been the end; at the end of a file it is left out. */
  end(): void;
}

/**
 * Makes a trimmer for one file. Without a tag only the start is known: 1,105 sample frames, 46 ms at 24 kHz. With one, as much is held
 * back as will have to be cut at the end.
 */
export function createMp3Trimmer(tag: Mp3Tag | undefined): Mp3Trimmer {
  let toDrop = (tag?.padding?.start ?? usualEncoderDelay) + decoderDelay;
  const endPadding = Math.max(0, (tag?.padding?.end ?? decoderDelay) - decoderDelay);
  let held = new Float32Array(0);

  return {
    push(samples) {
      const dropped = Math.min(toDrop, samples.length);
      toDrop -= dropped;
      const kept = samples.subarray(dropped);
      if (endPadding === 0) return kept;
      const all = joinSamples([held, kept]);
      const out = Math.max(0, all.length - endPadding);
      held = all.slice(out);
      return all.subarray(0, out);
    },
    end() {
      held = new Float32Array(0);
    },
  };
}

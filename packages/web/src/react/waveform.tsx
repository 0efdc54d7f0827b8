import { useRef, type ReactElement } from "react";
import { classNames } from "./class-names.ts";
import { drawWaveform } from "./draw-waveform.ts";
import { englishLabels } from "./phase-names.ts";
import { peakMs } from "./speech-recording.ts";
import type { Speech } from "./speech-state.ts";
import { useFrames } from "./use-frames.ts";
import { useReducedMotion } from "./use-reduced-motion.ts";

/** Properties of `Waveform`. */
export interface WaveformProps {
  /** What `useSpeech` gives. */
  readonly speech: Pick<Speech, "phase" | "peaks" | "position">;
  /** What a screen reader calls it. Default "Waveform of the speech". */
  readonly label?: string | undefined;
  /** As long as the speech is expected to be at first, in milliseconds: what is not there yet is drawn as a line. Default 8,000. */
  readonly expectedMs?: number | undefined;
  readonly className?: string | undefined;
}

/**
 * What was received as bars, and how much of it was heard. Its size is that of its CSS box; its colours are `--parlando-heard` and `--parlando-unheard`. Who wants
 * less motion gets a picture four times a second instead of one for each frame of the screen.
 */
export function Waveform({ speech, label = englishLabels.waveform, expectedMs = 8_000, className }: WaveformProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isStill = useReducedMotion();
  const isMoving = speech.phase === "playing" || speech.phase === "buffering" || speech.phase === "connecting";
  const draw = (): void => {
    if (canvas.current === null) return;
    const { heardMs, isComplete } = speech.position();
    const { peaks } = speech;
    const receivedMs = peaks.length * peakMs;
    const wholeMs = isComplete && receivedMs > 0 ? receivedMs : Math.max(expectedMs, receivedMs * 1.15);
    drawWaveform(canvas.current, { peaks, filled: receivedMs / wholeMs, heard: receivedMs === 0 ? 0 : heardMs / receivedMs });
  };
  useFrames(draw, isMoving && !isStill);
  return <canvas ref={canvas} className={classNames("parlando-waveform", className)} role="img" aria-label={label} />;
}

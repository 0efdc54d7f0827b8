import { useEffect, useRef, type ReactElement } from "react";
import { classNames } from "./class-names.ts";
import type { Speech } from "./speech-state.ts";
import { useReducedMotion } from "./use-reduced-motion.ts";

/** Properties of `LevelMeter`. */
export interface LevelMeterProps {
  /** What `useSpeech` gives. */
  readonly speech: Pick<Speech, "subscribeLevel">;
  /** How often it moves, in milliseconds. Default 33; for those who want less motion 250. */
  readonly everyMs?: number | undefined;
  readonly className?: string | undefined;
}

/** Below this it shows nothing, in decibels of full scale. */
const floorDb = -48;

/**
 * How loud it is. One bar, whose length is the custom property `--parlando-level`, 0 to 1, so that CSS draws it: nothing is rendered again as it moves. It says
 * nothing to a screen reader, which hears the same.
 */
export function LevelMeter({ speech, everyMs, className }: LevelMeterProps): ReactElement {
  const bar = useRef<HTMLSpanElement>(null);
  const isStill = useReducedMotion();
  const interval = everyMs ?? (isStill ? 250 : 33);
  const { subscribeLevel } = speech;
  useEffect(() => subscribeLevel(({ peak }) => bar.current?.style.setProperty("--parlando-level", levelOf(peak).toFixed(3)), interval), [subscribeLevel, interval]);
  return (
    <span className={classNames("parlando-level", className)} aria-hidden="true">
      <span ref={bar} />
    </span>
  );
}

/** As the ear has it: in decibels. */
function levelOf(peak: number): number {
  return peak <= 0 ? 0 : Math.min(1, Math.max(0, 1 - (20 * Math.log10(peak)) / floorDb));
}

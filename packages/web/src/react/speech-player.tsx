import type { KeyboardEvent, ReactElement } from "react";
import { Captions } from "./captions.tsx";
import { classNames } from "./class-names.ts";
import { DownloadLink } from "./download-link.tsx";
import { LevelMeter } from "./level-meter.tsx";
import { englishLabels, type SpeechLabels } from "./phase-names.ts";
import { PhaseStatus } from "./phase-status.tsx";
import type { Speech, UseSpeechOptions } from "./speech-state.ts";
import { spokenTime } from "./spoken-time.ts";
import { useSpeech } from "./use-speech.ts";
import { Waveform } from "./waveform.tsx";

/** Properties of `SpeechPlayer`. */
export interface SpeechPlayerProps extends UseSpeechOptions {
  /** What it says, or how to get it: asked for at each start. */
  readonly text: string | (() => string | AsyncIterable<string>);
  /** What a screen reader calls the player. Default "Speech". */
  readonly label?: string | undefined;
  readonly labels?: SpeechLabels | undefined;
  /** BCP-47, of the text. */
  readonly lang?: string | undefined;
  /** Name of the file that is offered at the end. Default `speech.wav`. */
  readonly fileName?: string | undefined;
  readonly className?: string | undefined;
}

/**
 * A whole player: play, pause, stop, waveform, level, captions and the file. Space plays and pauses, Escape stops, while the focus is inside. It has no look of its
 * own: each part has a class `parlando-…`, and the whole has its phase in `data-phase`.
 *
 * @example
 * ```tsx
 * <SpeechPlayer source={source} text={article} label="Article" lang="en" />
 * ```
 */
export function SpeechPlayer({ text, label = "Speech", labels = englishLabels, lang, fileName, className, ...options }: SpeechPlayerProps): ReactElement {
  const speech = useSpeech(options);
  const { phase } = speech;
  const toggle = (): void => togglePlaying(speech, () => speech.speak(typeof text === "string" ? text : text()));
  const isSilent = isOver(phase);
  return (
    <section className={classNames("parlando-player", className)} aria-label={label} data-phase={phase} onKeyDown={(event) => obeyKey(event, toggle, speech.stop)}>
      <div className="parlando-controls">
        <button type="button" className="parlando-play" onClick={toggle}>{isSilent ? labels.play : phase === "paused" ? labels.resume : labels.pause}</button>
        <button type="button" className="parlando-stop" onClick={speech.stop} disabled={isSilent}>{labels.stop}</button>
        <span className="parlando-time">{`${spokenTime(speech.heardMs)} / ${spokenTime(speech.receivedMs)}`}</span>
        <LevelMeter speech={speech} />
        <DownloadLink speech={speech} fileName={fileName} className="parlando-download">{labels.download}</DownloadLink>
      </div>
      <Waveform speech={speech} label={labels.waveform} />
      <Captions speech={speech.text === "" && typeof text === "string" ? { ...speech, text } : speech} lang={lang} />
      {speech.error === undefined ? null : <p className="parlando-error">{speech.error.message}</p>}
      <PhaseStatus phase={phase} labels={labels} />
    </section>
  );
}

/** Nothing is being spoken. */
export function isOver(phase: Speech["phase"]): boolean {
  return phase === "idle" || phase === "ended" || phase === "error";
}

/** Begins what is silent, holds what sounds, goes on with what is held. */
export function togglePlaying(speech: Pick<Speech, "phase" | "pause" | "resume">, speak: () => void): void {
  if (isOver(speech.phase)) speak();
  else if (speech.phase === "paused") speech.resume();
  else speech.pause();
}

/** Space and Escape, unless the focus is on something that has a use for them itself. */
function obeyKey(event: KeyboardEvent, toggle: () => void, stop: () => void): void {
  const target = event.target as HTMLElement;
  if (event.key === "Escape") return stop();
  if (event.key !== " " || target.closest("button, a, input, select, textarea, [contenteditable]") !== null) return;
  event.preventDefault();
  toggle();
}

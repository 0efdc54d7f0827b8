import type { SpeechPhase } from "./speech-state.ts";

/** What a screen reader is told of a phase, and what a button does. All may be replaced, in another language. */
export interface SpeechLabels {
  readonly play: string;
  readonly pause: string;
  readonly resume: string;
  readonly stop: string;
  readonly download: string;
  readonly waveform: string;
  /** Said politely when the phase changes; an empty one is not said. */
  readonly phases: Readonly<Record<SpeechPhase, string>>;
}

/** In English. */
export const englishLabels: SpeechLabels = {
  play: "Play",
  pause: "Pause",
  resume: "Resume",
  stop: "Stop",
  download: "Download WAV",
  waveform: "Waveform of the speech",
  phases: { idle: "", connecting: "Connecting", buffering: "Buffering", playing: "Speaking", paused: "Paused", ended: "Finished", error: "Speaking failed" },
};

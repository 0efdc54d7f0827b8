/**
 * Parts of pages that speak, for React 18 and later.
 *
 * @packageDocumentation
 */

export { Captions, type CaptionsProps } from "./captions.tsx";
export { DownloadLink, type DownloadLinkProps } from "./download-link.tsx";
export { LevelMeter, type LevelMeterProps } from "./level-meter.tsx";
export { englishLabels, type SpeechLabels } from "./phase-names.ts";
export { SpeechButton, type SpeechButtonProps } from "./speech-button.tsx";
export { SpeechPlayer, type SpeechPlayerProps } from "./speech-player.tsx";
export type { Speech, SpeechPhase, SpeechPosition, SpeechState, UseSpeechOptions } from "./speech-state.ts";
export { useSpeech } from "./use-speech.ts";
export { Waveform, type WaveformProps } from "./waveform.tsx";

import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { englishLabels, type SpeechLabels } from "./phase-names.ts";
import { PhaseStatus } from "./phase-status.tsx";
import type { UseSpeechOptions } from "./speech-state.ts";
import { useSpeech } from "./use-speech.ts";

/** Properties of `SpeechButton`. */
export interface SpeechButtonProps extends UseSpeechOptions {
  /** What it says, or how to get it: asked for at each click. */
  readonly text: string | (() => string | AsyncIterable<string>);
  readonly labels?: SpeechLabels | undefined;
  readonly className?: string | undefined;
  readonly isDisabled?: boolean | undefined;
  /** What is on the button while it is silent. Default: the label `play`. */
  readonly children?: ReactNode;
}

/**
 * A button that reads something aloud, and stops it.
 *
 * @example
 * ```tsx
 * <SpeechButton source={source} text={answer}>Listen</SpeechButton>
 * ```
 */
export function SpeechButton({ text, labels = englishLabels, className, isDisabled, children, ...options }: SpeechButtonProps): ReactElement {
  const speech = useSpeech(options);
  const isSpeaking = !["idle", "ended", "error"].includes(speech.phase);
  const click = (): void => (isSpeaking ? speech.stop() : speech.speak(typeof text === "string" ? text : text()));
  return (
    <>
      <button type="button" className={classNames("parlando-button", className)} data-phase={speech.phase} disabled={isDisabled} onClick={click}>
        {isSpeaking ? labels.stop : (children ?? labels.play)}
      </button>
      <PhaseStatus phase={speech.phase} labels={labels} />
    </>
  );
}

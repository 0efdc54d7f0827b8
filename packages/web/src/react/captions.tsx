import { memo, useEffect, useMemo, useRef, type ReactElement } from "react";
import { classNames } from "./class-names.ts";
import type { SpeechState } from "./speech-state.ts";
import { splitWords } from "./split-words.ts";
import { useReducedMotion } from "./use-reduced-motion.ts";

/** Properties of `Captions`. */
export interface CaptionsProps {
  /** What `useSpeech` gives. */
  readonly speech: Pick<SpeechState, "text" | "word" | "phase">;
  /** Shown while nothing was spoken yet. */
  readonly placeholder?: string | undefined;
  /** BCP-47, of the text. */
  readonly lang?: string | undefined;
  readonly className?: string | undefined;
}

/**
 * The text that is spoken, the word that is heard marked by `data-heard="now"`, those before by `data-heard="past"`. To a screen reader it is the text, once and
 * whole: no word is announced as it is lit.
 *
 * @example
 * ```css
 * .parlando-captions [data-heard="now"] { background: gold; }
 * ```
 */
export function Captions({ speech, placeholder, lang, className }: CaptionsProps): ReactElement {
  const { text, word, phase } = speech;
  const pieces = useMemo(() => splitWords(text), [text]);
  const isStill = useReducedMotion();
  const box = useRef<HTMLDivElement>(null);
  const from = word?.textStart ?? -1;
  const until = phase === "ended" ? Number.POSITIVE_INFINITY : (word?.textEnd ?? 0);

  useEffect(() => {
    if (box.current !== null) keepInSight(box.current, isStill);
  }, [from, isStill]);

  return (
    <div ref={box} className={classNames("parlando-captions", className)} dir="auto" {...(lang === undefined ? {} : { lang })} tabIndex={0} role="group" aria-label="Captions">
      <p>
        {pieces.length === 0 ? placeholder : pieces.map(({ text: shown, start, end, isWord }) => {
          if (!isWord) return shown;
          const heard = phase !== "ended" && start < until && end > from && from >= 0 ? "now" : start < until ? "past" : undefined;
          return <Word key={start} text={shown} heard={heard} />;
        })}
      </p>
    </div>
  );
}

const Word = memo(function Word({ text, heard }: { readonly text: string; readonly heard: "now" | "past" | undefined }): ReactElement {
  return <span data-heard={heard}>{text}</span>;
});

/** Scrolls the box, and never the page. */
function keepInSight(box: HTMLElement, isStill: boolean): void {
  const now = box.querySelector<HTMLElement>('[data-heard="now"]');
  if (now === null || box.scrollHeight <= box.clientHeight) return;
  const place = now.getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  if (place.top >= frame.top + 8 && place.bottom <= frame.bottom - 2 * place.height) return;
  box.scrollTo({ top: box.scrollTop + place.top - frame.top - box.clientHeight / 3, behavior: isStill ? "auto" : "smooth" });
}

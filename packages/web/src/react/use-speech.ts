import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { Speech, SpeechState, UseSpeechOptions } from "./speech-state.ts";
import { silence, SpeechStore } from "./speech-store.ts";

const onServer = (): SpeechState => silence;

/**
 * Speech in a component. Makes nothing before the first `speak()`, so it may be rendered on a server; what is spoken ends when the component goes away.
 *
 * @example
 * ```tsx
 * function Reader({ source, text }: { source: SpeechSource; text: string }) {
 *   const speech = useSpeech({ source });
 *   return <button onClick={() => speech.speak(text)}>{speech.phase === "playing" ? "Again" : "Listen"}</button>;
 * }
 * ```
 */
export function useSpeech(options: UseSpeechOptions): Speech {
  const [store] = useState(() => new SpeechStore(options));
  // Behind each render: the next `speak()` takes what was shown last.
  useEffect(() => store.configure(options));
  // A component that is mounted twice (StrictMode) is silent in between, and speaks on the same store.
  useEffect(() => () => store.stop(), [store]);
  const state = useSyncExternalStore(store.subscribe, store.state, onServer);
  return useMemo((): Speech => {
    const { speak, stop, pause, resume, recording, position, subscribeLevel } = store;
    return {
      ...state, speak, stop, pause, resume, recording, position, subscribeLevel,
      get peaks() {
        return store.peaks;
      },
    };
  }, [state, store]);
}

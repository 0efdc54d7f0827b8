import { useEffect, useState } from "react";
import { isOver } from "../react/speech-player.tsx";
import type { Speech } from "../react/speech-state.ts";
import { Trace } from "./trace.ts";

/** Looks at a stream twenty times a second while it lasts. */
export function useTrace(speech: Speech, madeMs: () => number): Trace {
  const [trace] = useState(() => new Trace());
  const { phase, position } = speech;
  const isBusy = !isOver(phase);
  useEffect(() => {
    if (!isBusy) return undefined;
    trace.restart(performance.now());
    const look = (): void => {
      const { heardMs, receivedMs } = position();
      trace.add(performance.now(), { madeMs: Math.max(madeMs(), receivedMs), handedMs: receivedMs, heardMs });
    };
    look();
    const timer = setInterval(look, 50);
    return () => {
      look();
      clearInterval(timer);
    };
  }, [isBusy, madeMs, position, trace]);
  return trace;
}

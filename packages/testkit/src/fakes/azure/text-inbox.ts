/** Text that comes in pieces, given on in parts that can be spoken. */
export interface TextInbox {
  push(piece: string): void;
  end(): void;
  /** Each part as soon as it is whole; the rest at the end. Ends early when the signal is aborted. */
  parts(signal: AbortSignal): AsyncGenerator<string, void, undefined>;
}

const partEnds: Readonly<Record<"word" | "sentence", RegExp>> = {
  word: /^[\s\S]*\s/u,
  sentence: /^[\s\S]*(?:[.!?]["'”’)\]]*\s|[。！？])/u,
};

/** Collects text up to the end of a word or of a sentence. */
export function createTextInbox(unit: "word" | "sentence"): TextInbox {
  let text = "";
  let ended = false;
  let wake = (): void => {};

  function take(): string {
    const part = ended ? text : (partEnds[unit].exec(text)?.[0] ?? "");
    text = text.slice(part.length);
    return part;
  }
  return {
    push(piece) {
      text += piece;
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    async *parts(signal) {
      const onAbort = (): void => wake();
      signal.addEventListener("abort", onAbort);
      try {
        while (!signal.aborted) {
          const part = take();
          if (part.length > 0) yield part;
          else if (ended) return;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
    },
  };
}

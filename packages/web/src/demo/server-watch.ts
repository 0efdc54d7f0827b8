/** What a watch works with. */
export interface ServerWatchOptions {
  /** Rejects where the server does not answer, or takes nothing new. */
  readonly look: (signal: AbortSignal) => Promise<void>;
  /** Told at each change, and not at what stays as it was; a server is taken for there at first. */
  readonly onChange: (isThere: boolean) => void;
  /** Whether anybody sees the page: nothing is asked for one that nobody sees. */
  readonly isSeen: () => boolean;
  readonly everyMs: number;
  /** Longer is no answer. */
  readonly answerMs: number;
}

/** Looks after a server until it is told to stop. */
export interface ServerWatch {
  /** Looks now, and not only when it is time: the page is seen again, or is online again. */
  lookNow(): void;
  stop(): void;
}

/** Asks every few seconds whether the server is there: nothing else tells a page that nobody speaks in. */
export function watchServer({ look, onChange, isSeen, everyMs, answerMs }: ServerWatchOptions): ServerWatch {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isThere = true;
  let isLooking = false;

  function rest(): void {
    if (over.signal.aborted) return;
    clearTimeout(timer);
    timer = setTimeout(lookNow, everyMs);
  }

  async function ask(): Promise<void> {
    const late = AbortSignal.timeout(answerMs);
    const found = await look(AbortSignal.any([over.signal, late])).then(() => true, () => false);
    isLooking = false;
    if (over.signal.aborted) return;
    if (found !== isThere) {
      isThere = found;
      onChange(found);
    }
    rest();
  }

  function lookNow(): void {
    if (isLooking || over.signal.aborted) return;
    if (!isSeen()) return rest();
    isLooking = true;
    clearTimeout(timer);
    void ask();
  }

  rest();
  return {
    lookNow,
    stop() {
      over.abort("stopped");
      clearTimeout(timer);
    },
  };
}

import type { Voice } from "@parlando/engine";
import { calledOff, engineClosed, throwIfCalledOff } from "./call-context.ts";

/** How voices are fetched and kept. */
export interface VoiceCacheOptions {
  /** The id of the engine, for errors. */
  engine: string;
  /** Fetches all voices, every page. The signal is aborted when nobody waits any more. */
  load: (signal: AbortSignal) => Promise<readonly Voice[]>;
  /** How long a list is kept, in milliseconds. Default one hour. */
  keepMs?: number | undefined;
  /** Milliseconds of a monotonic clock, for tests. */
  now?: (() => number) | undefined;
}

/** The voices of an engine, fetched once and kept for a time. */
export interface VoiceCache {
  /**
   * The voices. Callers at the same time share one fetch; a caller that is aborted fails alone, and the fetch ends with the last of
   * them. A failure reaches all who wait for it, and the next caller tries again.
   */
  get(signal: AbortSignal): Promise<readonly Voice[]>;
  /** Ends a fetch under way and forgets the list. May be called twice. */
  close(): void;
}

interface Fetch {
  readonly controller: AbortController;
  readonly result: Promise<readonly Voice[]>;
  waiting: number;
}

/** Makes the cache of one engine's voices. */
export function createVoiceCache({ engine, load, keepMs = 3_600_000, now = () => performance.now() }: VoiceCacheOptions): VoiceCache {
  const context = { engine, doing: "Fetching the list of voices" };
  let kept: { readonly voices: readonly Voice[]; readonly untilMs: number } | undefined;
  let underWay: Fetch | undefined;
  let closed = false;

  function start(): Fetch {
    const controller = new AbortController();
    const result = load(controller.signal).then((voices) => {
      if (underWay === fetching) kept = { voices: Object.freeze([...voices]), untilMs: now() + keepMs };
      return kept?.voices ?? voices;
    });
    const fetching: Fetch = { controller, waiting: 0, result };
    const forget = (): void => {
      if (underWay === fetching) underWay = undefined;
    };
    result.then(forget, forget);
    underWay = fetching;
    return fetching;
  }

  async function join(fetching: Fetch, signal: AbortSignal): Promise<readonly Voice[]> {
    fetching.waiting += 1;
    let abort = (): void => {};
    const ended = fetching.controller.signal;
    const aborted = new Promise<never>((_, reject) => (abort = () => reject(signal.aborted ? calledOff(context, signal) : engineClosed(context))));
    signal.addEventListener("abort", abort, { once: true });
    ended.addEventListener("abort", abort, { once: true });
    try {
      return await Promise.race([fetching.result, aborted]);
    } finally {
      signal.removeEventListener("abort", abort);
      ended.removeEventListener("abort", abort);
      fetching.waiting -= 1;
      if (fetching.waiting === 0 && underWay === fetching) leave(fetching);
    }
  }

  /** Nobody waits any more: the fetch ends, and the next caller begins another. */
  function leave(fetching: Fetch): void {
    underWay = undefined;
    fetching.controller.abort(engineClosed(context));
  }

  return {
    async get(signal) {
      throwIfCalledOff(context, signal);
      if (closed) throw engineClosed(context);
      if (kept !== undefined && now() < kept.untilMs) return kept.voices;
      return join(underWay ?? start(), signal);
    },
    close() {
      closed = true;
      kept = undefined;
      if (underWay !== undefined) leave(underWay);
    },
  };
}

import type { Clock } from "@parlando/core";
import { createInstruments, type GaugeReaders, type Instruments } from "./instruments.ts";
import { createRecentTimes, type RecentTimes } from "./recent-times.ts";
import type { ServerMetrics, SpeechMeter, SpeechOutcome } from "./server-metrics.ts";

/** What {@link createPrometheusMetrics} works with. */
export interface PrometheusOptions extends GaugeReaders {
  readonly clock: Clock;
}

/** The metrics of a server, with what only its admission tells. */
export interface PrometheusMetrics extends ServerMetrics {
  /** An utterance has waited so long for its place, in milliseconds. */
  readonly waited: (ms: number) => void;
}

/** Utterances whose first audio `/stats` looks at. */
const rememberedTimes = 1_000;

/** Outcomes that are neither a whole utterance nor an error. */
const cancelling: ReadonlySet<SpeechOutcome> = new Set(["gone", "interrupted", "shutdown", "stalled"]);

/** What all meters of a server write to. */
interface Books {
  readonly instruments: Instruments;
  readonly clock: Clock;
  readonly firstAudio: RecentTimes;
  readonly outcomes: Record<SpeechOutcome, number>;
  audioMs: number;
}

/** Makes the metrics of a server, all at zero. */
export function createPrometheusMetrics({ clock, running, waiting }: PrometheusOptions): PrometheusMetrics {
  const since = clock.now();
  const instruments = createInstruments({ running, waiting });
  const outcomes: Record<SpeechOutcome, number> = { done: 0, interrupted: 0, gone: 0, stalled: 0, failed: 0, shutdown: 0 };
  const books: Books = { instruments, clock, firstAudio: createRecentTimes(rememberedTimes), outcomes, audioMs: 0 };
  let requests = 0;
  return {
    speech(route) {
      requests += 1;
      return openMeter(route, books);
    },
    answered: (route, status) => instruments.answers.inc({ route, status: String(status) }),
    wasted: (reason, ms) => countWaste(instruments, reason, ms),
    dropped: () => instruments.dropped.inc(),
    waited: (ms) => instruments.queueWait.observe(ms / 1_000),
    snapshot: () => ({
      uptimeMs: Math.round(clock.now() - since),
      running: running(),
      waiting: waiting(),
      requests,
      outcomes: { ...outcomes },
      audioMs: Math.round(books.audioMs),
      firstAudioMs: books.firstAudio.percentiles(),
    }),
    exposition: async () => `${await instruments.registry.metrics()}\n${instruments.chunkGap.exposition()}`,
  };
}

/** Less than a millisecond is what is left of sums that are equal. */
function countWaste({ wastedSeconds }: Instruments, reason: SpeechOutcome, ms: number): void {
  if (ms >= 1) wastedSeconds.inc({ reason }, ms / 1_000);
}

function openMeter(route: string, books: Books): SpeechMeter {
  const { instruments, clock } = books;
  const begun = clock.now();
  let hasAudio = false;
  let lastAt: number | undefined;
  let sentMs = 0;
  let isOver = false;
  return {
    firstAudio() {
      if (hasAudio) return;
      hasAudio = true;
      const ms = clock.now() - begun;
      books.firstAudio.add(ms);
      instruments.firstAudio.observe({ route }, ms / 1_000);
    },
    audio(ms) {
      const now = clock.now();
      if (lastAt !== undefined) instruments.chunkGap.observe((now - lastAt) / 1_000);
      lastAt = now;
      sentMs += ms;
      books.audioMs += ms;
    },
    held() {
      instruments.slowConsumers.inc({ action: "held" });
      return () => {
        // A gap that the listener made is not one of the server.
        lastAt = undefined;
      };
    },
    ended(outcome, { madeMs = 0, realTimeFactor, engine = "none", errorCode }) {
      if (isOver) return;
      isOver = true;
      books.outcomes[outcome] += 1;
      instruments.requests.inc({ route, provider: engine, outcome });
      instruments.audioSeconds.inc(sentMs / 1_000);
      countWaste(instruments, outcome, madeMs - sentMs);
      if (realTimeFactor !== undefined && sentMs > 0) instruments.realTimeFactor.observe({ provider: engine }, realTimeFactor);
      if (cancelling.has(outcome)) instruments.cancelled.inc({ reason: outcome });
      if (outcome === "stalled") instruments.slowConsumers.inc({ action: "dropped" });
      if (outcome === "failed") instruments.providerErrors.inc({ provider: engine, class: errorCode ?? "INTERNAL" });
    },
  };
}

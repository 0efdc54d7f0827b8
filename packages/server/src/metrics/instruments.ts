import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { createLightHistogram, type LightHistogram } from "./light-histogram.ts";

/** What is asked at each scrape. */
export interface GaugeReaders {
  readonly running: () => number;
  readonly waiting: () => number;
}

/** Everything that is counted, in a registry of its own: two servers in one process have two. */
export interface Instruments {
  readonly registry: Registry;
  readonly requests: Counter<"route" | "provider" | "outcome">;
  readonly answers: Counter<"route" | "status">;
  readonly firstAudio: Histogram<"route">;
  readonly realTimeFactor: Histogram<"provider">;
  readonly audioSeconds: Counter;
  readonly wastedSeconds: Counter<"reason">;
  readonly dropped: Counter;
  readonly queueWait: Histogram;
  readonly cancelled: Counter<"reason">;
  readonly slowConsumers: Counter<"action">;
  readonly providerErrors: Counter<"provider" | "class">;
  readonly chunkGap: LightHistogram;
}

// In seconds. Those of the GenAI conventions of OpenTelemetry, as far as speech goes.
const timeBuckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48];
const gapBuckets = [0.005, 0.01, 0.02, 0.04, 0.08, 0.1, 0.125, 0.16, 0.25, 0.5, 1, 2.5, 5];
const factorBuckets = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 1, 1.5, 2, 5];

/** Makes the instruments. */
export function createInstruments({ running, waiting }: GaugeReaders): Instruments {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge("tts_num_requests_running", "Utterances that are spoken now.", running);
  gauge("tts_num_requests_waiting", "Utterances that wait for a place.", waiting);
  return {
    registry,
    requests: new Counter({ name: "tts_requests_total", help: "Utterances, by how they ended.", labelNames: ["route", "provider", "outcome"], registers }),
    answers: new Counter({ name: "tts_http_answers_total", help: "Answers to HTTP requests, refusals included.", labelNames: ["route", "status"], registers }),
    firstAudio: new Histogram({ name: "tts_time_to_first_audio_seconds", help: "From the beginning of an utterance to its first audio going out.", labelNames: ["route"], buckets: timeBuckets, registers }),
    realTimeFactor: new Histogram({ name: "tts_realtime_factor", help: "Time that the engine took, by the length of its audio.", labelNames: ["provider"], buckets: factorBuckets, registers }),
    audioSeconds: new Counter({ name: "tts_audio_seconds_total", help: "Audio handed to connections.", registers }),
    wastedSeconds: new Counter({ name: "tts_wasted_audio_seconds_total", help: "Audio that engines made and nobody heard: what was not sent, and what the clients of the native WebSocket did not play.", labelNames: ["reason"], registers }),
    dropped: new Counter({ name: "tts_connections_dropped_total", help: "Connections that were closed unanswered, because there were too many.", registers }),
    queueWait: new Histogram({ name: "tts_queue_wait_seconds", help: "How long utterances waited for a place.", buckets: timeBuckets, registers }),
    cancelled: new Counter({ name: "tts_cancelled_total", help: "Utterances that ended before their end without an error.", labelNames: ["reason"], registers }),
    slowConsumers: new Counter({ name: "tts_slow_consumer_total", help: "Times a listener was waited for, and listeners that were dropped for it.", labelNames: ["action"], registers }),
    providerErrors: new Counter({ name: "tts_provider_errors_total", help: "Utterances that failed, by the code of the error.", labelNames: ["provider", "class"], registers }),
    chunkGap: createLightHistogram("tts_chunk_gap_seconds", "From one chunk of an utterance to the next.", gapBuckets),
  };
}

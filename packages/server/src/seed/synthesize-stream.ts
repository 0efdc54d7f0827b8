import type { Clock } from "@parlando/core";
import type { ServedFormat } from "../audio/audio-formats.ts";
import { eventBytes } from "../audio/server-sent-events.ts";
import { speakToBody, type EventForm } from "../audio/speak-to-body.ts";
import { wholeWav } from "../audio/whole-wav.ts";
import { defineRoute, type Route } from "../route/route.ts";
import { createSeedMeter } from "./seed-metrics.ts";
import { seedOrder } from "./seed-order.ts";
import { promptField, seedSchema } from "./seed-schema.ts";

/** Samples at the engine's rate, which every event names. */
const format: ServedFormat = { name: "pcm", encoding: "pcm-s16le", sampleRate: undefined, bare: "pcm-s16le", contentType: () => "text/event-stream" };

/** Speech as events with measures: `audio_chunk`, at the end `done`, or `error`. */
export const synthesizeStreamRoute: Route = defineRoute({
  name: "synthesize-stream",
  method: "POST",
  path: "/synthesize-stream",
  summary: "Speaks a text as events: chunks of audio as WAV in base64, with measures.",
  access: "caller",
  isRated: true,
  engines: "speak",
  body: { kind: "form", schema: seedSchema, file: promptField },
  answers: [
    { status: 200, description: "`audio_chunk` events, then `done`, or `error`.", content: ["text/event-stream"] },
    { status: 400, description: "What is asked for cannot be.", content: ["application/json"] },
    { status: 413, description: "The text or the recording is too long.", content: ["application/json"] },
  ],
  problems: "detail",
  async handle({ context, scope, body, upload }, services) {
    const events = seedEvents(services.clock);
    const order = await seedOrder(body, upload, services.limits);
    return await speakToBody({ call: { context, scope }, order, text: body.text, format, events }, services);
  },
});

/** The events of the protocol, each chunk a whole WAV file, so that whoever decodes it needs nothing else. A failure ends the body like an end: the event `error` tells them apart. */
function seedEvents(clock: Clock): EventForm {
  const meter = createSeedMeter(clock);
  return {
    audio(bytes, { durationMs, sampleRate }) {
      const metrics = meter.add(durationMs ?? 0);
      const file = wholeWav(bytes, sampleRate);
      return eventBytes("audio_chunk", { chunk_id: meter.chunks, audio_chunk: Buffer.from(file.buffer).toString("base64"), sample_rate: sampleRate, metrics });
    },
    done: () => eventBytes("done", { message: "Streaming complete", total_chunks: meter.chunks }),
    failed: (problem) => ({ bytes: eventBytes("error", { error: problem.message }), endsCleanly: true }),
  };
}

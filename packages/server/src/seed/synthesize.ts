import type { Warning } from "@parlando/core";
import { audioHeaders } from "../audio/audio-headers.ts";
import { createHttpSink } from "../audio/http-sink.ts";
import { wholeWav } from "../audio/whole-wav.ts";
import { Problem } from "../problem/problem.ts";
import { answerHeaders } from "../route/answer-headers.ts";
import type { RequestScope } from "../route/request-scope.ts";
import { defineRoute, type Route } from "../route/route.ts";
import type { ServerServices } from "../services.ts";
import { blameOptions } from "../speech/engine-fields.ts";
import { openSpeech, type SpeechOrder } from "../speech/open-speech.ts";
import { outcomeOf, rootOf } from "../speech/outcome-of.ts";
import { seedOrder } from "./seed-order.ts";
import { promptField, seedSchema } from "./seed-schema.ts";

/** Bytes of audio that are kept for one answer. */
const mostBytes = 67_108_864;
const BYTES_OF_SAMPLE = 2;

/** Speech as one WAV file, when all of it is made. */
export const synthesizeRoute: Route = defineRoute({
  name: "synthesize",
  method: "POST",
  path: "/synthesize",
  summary: "Speaks a text and answers with a whole WAV file.",
  access: "caller",
  isRated: true,
  engines: "speak",
  body: { kind: "form", schema: seedSchema, file: promptField },
  answers: [
    { status: 200, description: "The audio.", content: ["audio/wav"] },
    { status: 400, description: "What is asked for cannot be.", content: ["application/json"] },
    { status: 413, description: "The text, the recording or the audio is too long.", content: ["application/json"] },
  ],
  problems: "detail",
  async handle({ context, scope, body, upload }, services) {
    const warnings: Warning[] = [];
    const order = { ...(await seedOrder(body, upload, services.limits)), onWarning: (warning: Warning) => void warnings.push(warning) };
    const { samples, sampleRate } = await speakWhole(order, body.text, scope, services);
    const headers = audioHeaders({ contentType: "audio/wav", streamId: scope.id, sampleRate, warnings, base: answerHeaders(context) });
    return new Response(wholeWav(samples, sampleRate), { status: 200, headers });
  },
});

/** Speaks to the end, and keeps it. */
async function speakWhole(order: Omit<SpeechOrder, "sink">, text: string, scope: RequestScope, services: ServerServices): Promise<{ readonly samples: Buffer; readonly sampleRate: number }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let sampleRate = 24_000;
  const write = (bytes: Uint8Array): undefined => {
    if (length + bytes.length > mostBytes) throw new Problem(413, "audio_too_long", `The audio is longer than the ${mostBytes} bytes that are answered as a whole. Ask for it as a stream.`);
    length += bytes.length;
    parts.push(bytes);
  };
  const sink = createHttpSink({
    writer: { write },
    bytesOf(chunk) {
      sampleRate = chunk.sampleRate;
      return chunk.bytes("pcm-s16le");
    },
  });
  const open = await openSpeech({ ...order, sink }, scope, services);
  sink.measure(open.meter);
  try {
    void open.stream.feed(text);
    open.stream.done();
    await open.stream.waitUntilDone();
    await open.end("done");
  } catch (error) {
    const outcome = outcomeOf(error, scope);
    await open.end(outcome, error);
    // It was kept for an answer that there is not.
    services.metrics.wasted(outcome, (length * 1_000) / (BYTES_OF_SAMPLE * sampleRate));
    throw blameOptions(rootOf(error), order.engineFields);
  }
  return { samples: Buffer.concat(parts, length), sampleRate };
}

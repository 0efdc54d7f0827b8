import { servedFormat } from "../audio/audio-formats.ts";
import { speakToBody } from "../audio/speak-to-body.ts";
import { defineRoute, type Route } from "../route/route.ts";
import { assertText } from "../speech/assert-text.ts";
import { openAIEvents } from "./sse-events.ts";
import { speechSchema } from "./speech-schema.ts";

/** Speech as OpenAI's clients ask for it: bytes as they are made, or events. */
export const speechRoute: Route = defineRoute({
  name: "speech",
  method: "POST",
  path: "/v1/audio/speech",
  summary: "Speaks a text, as OpenAI's clients ask for it; the audio comes while it is made.",
  access: "caller",
  isRated: true,
  engines: "speak",
  body: { kind: "json", schema: speechSchema },
  answers: [
    { status: 200, description: "The audio, or events with it. A body that breaks off is not complete.", content: ["audio/mpeg", "audio/ogg", "audio/wav", "audio/pcm", "audio/pcmu", "audio/pcma", "text/event-stream"] },
    { status: 400, description: "What is asked for cannot be.", content: ["application/json"] },
  ],
  async handle({ context, scope, body }, services) {
    const { input, model, voice, response_format: formatName, speed, instructions, stream_format: streamFormat, language, ssml } = body;
    assertText(input, services.limits.inputCharacters, "input");
    const format = servedFormat(formatName);
    const output = format.sampleRate === undefined ? { channels: 1 } : { sampleRate: format.sampleRate, channels: 1 };
    const order = {
      model,
      voice: typeof voice === "string" || voice === undefined ? voice : voice.id,
      stream: { rate: speed, language, ssml, output, marks: [] },
      engineFields: { instructions },
      clientNames: { rate: "speed" },
    };
    return await speakToBody({ call: { context, scope }, order, text: input, format, events: streamFormat === "sse" ? openAIEvents(input) : undefined }, services);
  },
});

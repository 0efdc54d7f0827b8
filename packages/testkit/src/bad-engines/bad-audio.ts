import type { EngineEvent } from "@parlando/engine";
import { createRandom } from "../random.ts";
import { createScriptedEngine } from "../scripted/scripted-engine.ts";
import { alterEach, alterRequests, requestOf, type BadEngine } from "./alter.ts";

const wholeFrames = "sends what it announces: whole frames of a declared format";

/** The length of an event's audio so far, for engines that stop after so much. */
function framesOf(event: EngineEvent): number {
  return event.type === "pcm" ? event.samples.length : 0;
}

/** Wrong in what is heard. */
export const badAudioEngines: readonly BadEngine[] = [
  {
    name: "drops a sample of every block",
    create: () => alterEach((event) => (event.type === "pcm" ? [{ type: "pcm", samples: event.samples.slice(1) }] : [event])),
    caughtBy: ["has no clicks where its blocks meet"],
  },
  {
    name: "doubles a sample of every block",
    create: () => alterEach((event) => (event.type === "pcm" ? [{ type: "pcm", samples: Float32Array.of(...event.samples.subarray(0, 1), ...event.samples) }] : [event])),
    caughtBy: ["has no clicks where its blocks meet"],
  },
  {
    name: "drops a sample when it is read slowly",
    create: () =>
      alterRequests(async function* (events) {
        let slow = false;
        for await (const event of events) {
          const handedAt = performance.now();
          yield slow && event.type === "pcm" ? { type: "pcm", samples: event.samples.slice(0, -1) } : event;
          slow = performance.now() - handedAt > 3;
        }
      }),
    caughtBy: ["does not depend on how fast it is read"],
  },
  {
    name: "drops a byte",
    create: () => alterEach((event, index) => (event.type === "audio" && index === 4 ? [{ type: "audio", bytes: event.bytes.slice(1) }] : [event]), { delivery: "bytes" }),
    caughtBy: [wholeFrames],
  },
  {
    name: "drops a sample in one of its formats",
    create: () => {
      const formats = [{ encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 }, { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 }] as const;
      return alterEach((event, index, request) => (event.type === "audio" && index === 4 && request.format.encoding === "pcm-f32le" ? [{ type: "audio", bytes: event.bytes.slice(4) }] : [event]), { delivery: "bytes", formats });
    },
    caughtBy: ["speaks every format that it declares, equally long"],
  },
  {
    name: "sends less than its WAV header says",
    create: () => createScriptedEngine({ delivery: "bytes", format: { encoding: "wav", sampleRate: 24_000, channels: 1 }, wavLength: "too-long" }),
    caughtBy: [wholeFrames],
  },
  {
    name: "says another rate than its WAV header",
    create: () => alterEach((event) => (event.type === "start" ? [{ ...event, format: { ...event.format, sampleRate: 22_050 } }] : [event]), { delivery: "bytes", format: { encoding: "wav", sampleRate: 24_000, channels: 1 } }),
    caughtBy: [wholeFrames],
  },
  {
    name: "ends early without error",
    create: () => createScriptedEngine({ fault: (request) => ({ kind: "end", afterMs: request.text.length * 40 }), edges: "hard" }),
    caughtBy: ["comes to rest at the end", "marks every word"],
  },
  {
    name: "ends after a third of a second without error, and has no marks",
    create: () => createScriptedEngine({ fault: { kind: "end", afterMs: 333 }, marks: [] }),
    caughtBy: ["takes as long as a voice takes for the text", "speaks all of a text: together as long as the parts"],
  },
  {
    name: "sends slower audio than it announces",
    create: () => alterEach((event) => (event.type === "start" ? [{ ...event, format: { ...event.format, sampleRate: 48_000 } }] : [event]), { capabilities: { formats: [{ encoding: "pcm-f32le", sampleRate: 48_000, channels: 1 }] }, format: { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 } }),
    caughtBy: ["keeps marks inside the audio, to its end"],
  },
  {
    name: "sends faster audio than it announces",
    create: () => alterEach((event) => (event.type === "start" ? [{ ...event, format: { ...event.format, sampleRate: 12_000 } }] : [event]), { capabilities: { formats: [{ encoding: "pcm-f32le", sampleRate: 12_000, channels: 1 }] }, format: { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 } }),
    caughtBy: ["keeps marks inside the audio, to its end"],
  },
  {
    name: "sends two channels as one",
    create: () => alterEach((event) => (event.type === "start" ? [{ ...event, format: { ...event.format, channels: 1 } }] : [event]), { capabilities: { formats: [{ encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 }] }, delivery: "bytes", format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 2 } }),
    caughtBy: ["keeps marks inside the audio, to its end"],
  },
  {
    name: "announces a format that it does not declare",
    create: () => createScriptedEngine({ formats: [{ encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 }], format: { encoding: "pcm-f32le", sampleRate: 16_000, channels: 1 } }),
    caughtBy: [wholeFrames, "speaks every format that it declares, equally long"],
  },
  {
    name: "sends silence instead of speech",
    create: () => createScriptedEngine({ fault: { kind: "silence" } }),
    caughtBy: ["makes sound: finite samples that are not silence"],
  },
  {
    name: "sends no audio at all",
    create: () => createScriptedEngine({ fault: { kind: "no-audio" } }),
    caughtBy: ["makes sound: finite samples that are not silence"],
  },
  {
    name: "sends what is not a number",
    create: () => createScriptedEngine({ fault: { kind: "not-a-number", afterMs: 100 } }),
    caughtBy: ["makes sound: finite samples that are not silence"],
  },
  {
    name: "collects everything and calls it streaming",
    create: () =>
      alterRequests(async function* (events) {
        const blocks: number[] = [];
        for await (const event of events) {
          if (event.type === "pcm") blocks.push(...event.samples);
          else if (event.type === "start") yield event;
        }
        yield { type: "pcm", samples: Float32Array.from(blocks) };
      }),
    caughtBy: ["sends a long text in pieces, while it is being made"],
  },
  {
    name: "calls itself deterministic and is not",
    create: () => {
      const random = createRandom(1);
      return alterEach((event) => (event.type === "pcm" ? [{ type: "pcm", samples: event.samples.map((sample) => sample + 1e-4 * random.next()) }] : [event]));
    },
    caughtBy: ["gives the same samples for the same request", "does not depend on how fast it is read"],
  },
  {
    name: "carries the end of one request into the next",
    create: () => {
      let left: EngineEvent[] = [];
      return alterRequests(async function* (events) {
        let all: EngineEvent[] = [];
        for await (const event of events) {
          yield event;
          if (event.type === "start") yield* left;
          if (event.type === "pcm") all = [event];
        }
        left = all;
      });
    },
    caughtBy: ["does not carry one request into the next", "gives the same samples for the same request"],
  },
  {
    name: "mixes requests that run at the same time",
    create: () => {
      const good = createScriptedEngine({ realTimeFactor: 0.002 });
      let current = 0;
      return {
        ...good,
        async *synthesize(request, signal) {
          const mine = (current += 1);
          for await (const event of requestOf(good, request, signal)) if (event.type !== "pcm" || mine === current || framesOf(event) < 480) yield event;
        },
      };
    },
    caughtBy: ["speaks requests at the same time, up to its limit"],
  },
  {
    name: "promises to change the rate and does not",
    create: () => {
      const good = createScriptedEngine();
      return { ...good, synthesize: ({ rate: _, ...request }, signal) => requestOf(good, request, signal) };
    },
    caughtBy: ["speaks faster and slower as it is asked"],
  },
  {
    name: "promises to change the volume and does not",
    create: () => {
      const good = createScriptedEngine();
      return { ...good, synthesize: ({ volume: _, ...request }, signal) => requestOf(good, request, signal) };
    },
    caughtBy: ["speaks softer as it is asked"],
  },
];

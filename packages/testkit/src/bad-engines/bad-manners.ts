import { TTSError, type Engine, type EngineEvent } from "@parlando/engine";
import { createScriptedEngine } from "../scripted/scripted-engine.ts";
import { alterEach, alterRequests, requestOf, type BadEngine } from "./alter.ts";

const middle = "stops when it is called off in the middle of its audio";
const first = "begins with one start event";
const typed = "fails with typed errors of known codes";

/** Replaces what a request throws. */
const throwing = (change: (error: unknown, text: string) => unknown) => (): Engine =>
  alterRequests(async function* (events, request) {
    try {
      yield* events;
    } catch (error) {
      throw change(error, request.text);
    }
  });

/** Wrong in when it begins, ends, stops and fails. */
export const badManneredEngines: readonly BadEngine[] = [
  { name: "does not say start first", create: () => alterEach((event, index) => (index === 0 ? [{ type: "usage", characters: 0 }, event] : [event])), caughtBy: [first] },
  { name: "never says start", create: () => alterEach((event) => (event.type === "start" ? [] : [event])), caughtBy: [first] },
  { name: "says start twice", create: () => alterEach((event) => (event.type === "start" ? [event, event] : [event])), caughtBy: [first] },
  { name: "never ends, in silence", create: () => createScriptedEngine({ fault: { kind: "stall", afterMs: Infinity, deaf: true } }), caughtBy: [first] },
  { name: "never begins", create: () => createScriptedEngine({ fault: { kind: "stall", deaf: true } }), caughtBy: [first] },
  {
    name: "never ends, and never waits",
    create: () =>
      alterRequests(async function* (events) {
        yield* events;
        for (;;) yield { type: "pcm", samples: new Float32Array(480) };
      }),
    caughtBy: [first, "makes sound: finite samples that are not silence"],
  },
  { name: "ignores an abort", create: () => createScriptedEngine({ fault: { kind: "ignore-abort" } }), caughtBy: [middle, "stops when it is called off at its first event"] },
  {
    name: "ends as if all were well when it is called off",
    create: () =>
      alterRequests(async function* (events, _, signal) {
        for await (const event of events) {
          yield event;
          if (signal.aborted) return;
        }
      }),
    caughtBy: [middle],
  },
  {
    name: "sends what it has made after an abort",
    create: () =>
      alterRequests(async function* (events) {
        const made: EngineEvent[] = [];
        try {
          for await (const event of events) {
            made.push(event);
            if (made.length > 6) yield* made.splice(0);
          }
        } finally {
          yield* made;
        }
      }),
    caughtBy: [middle],
  },
  {
    name: "is deaf while it waits",
    create: () => {
      const good = createScriptedEngine();
      return {
        ...good,
        async *synthesize(request, signal) {
          await new Promise((resolve) => setTimeout(resolve, 400));
          yield* requestOf(good, request, signal);
        },
      };
    },
    caughtBy: ["stops when it is called off while its next event is awaited"],
  },
  {
    name: "begins although it was called off",
    create: () => createScriptedEngineWithoutSignal(),
    caughtBy: ["makes nothing for a request that was called off before it began"],
  },
  {
    name: "does not let its reader leave",
    create: () => {
      const good = createScriptedEngine();
      return {
        ...good,
        synthesize(request, signal) {
          const iterator = requestOf(good, request, signal)[Symbol.asyncIterator]();
          return { [Symbol.asyncIterator]: () => ({ next: () => iterator.next(), return: async () => ({ done: true, value: undefined }) }) };
        },
      };
    },
    caughtBy: ["stops when its reader leaves"],
  },
  {
    name: "leaves its listeners on the signal",
    create: () =>
      alterRequests((events, _, signal) => {
        signal.addEventListener("abort", () => {});
        return events;
      }),
    caughtBy: ["leaves no listener on the signal"],
  },
  {
    name: "leaves a timer running",
    create: () =>
      alterRequests((events) => {
        setTimeout(() => {}, 4000);
        return events;
      }),
    caughtBy: ["leaves no timer, socket or worker behind when it is closed"],
  },
  { name: "throws plain errors", create: throwing(() => new TypeError("Something went wrong.")), caughtBy: [typed] },
  { name: "throws strings", create: throwing(() => "went wrong"), caughtBy: [typed] },
  { name: "has error codes of its own", create: throwing(() => new TTSError("OOPS" as "INTERNAL", "Something went wrong.", { retryable: false })), caughtBy: [typed] },
  { name: "tells the text in its errors", create: throwing((_, text) => new TTSError("SERVICE", `Could not speak "${text}".`)), caughtBy: ["keeps spoken text out of errors and warnings"] },
  { name: "tells the text in the cause of its errors", create: throwing((_, text) => new TTSError("SERVICE", "Could not speak.", { cause: { body: { input: text } } })), caughtBy: ["keeps spoken text out of errors and warnings"] },
  {
    name: "tells the text in its warnings",
    create: () => alterEach((event, _, { text }) => (event.type === "warning" ? [{ ...event, message: `Not honoured in "${text}".` }] : [event])),
    caughtBy: ["keeps spoken text out of errors and warnings"],
  },
  { name: "says nothing of prosody that it leaves out", create: () => alterEach((event) => (event.type === "warning" ? [] : [event])), caughtBy: ["warns when it is asked for prosody that it cannot change"] },
  {
    name: "speaks with another voice than the one asked for",
    create: () => {
      const good = createScriptedEngine();
      return { ...good, synthesize: (request, signal) => requestOf(good, { ...request, voice: "one" }, signal) };
    },
    caughtBy: ["refuses a voice that it does not have with VOICE_NOT_FOUND"],
  },
  {
    name: "reads SSML aloud",
    create: () => {
      const good = createScriptedEngine();
      return { ...good, synthesize: (request, signal) => requestOf(good, { ...request, ssml: false }, signal) };
    },
    caughtBy: ["refuses SSML that it does not know, or warns"],
  },
  {
    name: "waits for ever when there is nothing to say",
    create: () => createScriptedEngine({ fault: (request) => (/[\p{L}\p{N}]/u.test(request.text) ? undefined : { kind: "stall", deaf: true }) }),
    caughtBy: ["comes to an end with text that has nothing to say, or is odd"],
  },
  {
    name: "takes less than its declared limit",
    create: () => {
      const good = createScriptedEngine({ limits: { segmentCharacters: 500 } });
      return { ...good, capabilities: { ...good.capabilities, limits: { segmentCharacters: 600 } } };
    },
    caughtBy: ["takes a text as long as its limit, and refuses a longer one with TEXT_TOO_LONG or speaks it"],
  },
  {
    name: "fails over its limit of requests at once with a code that tells nothing",
    create: () =>
      alterRequests(
        async function* (events) {
          try {
            yield* events;
          } catch {
            throw new TTSError("SERVICE", "It failed.");
          }
        },
        { limits: { concurrency: 1 }, realTimeFactor: 0.002 },
      ),
    caughtBy: ["lets a request over its limit wait, or refuses it with CONCURRENCY_LIMIT"],
  },
];

function createScriptedEngineWithoutSignal(): Engine {
  const good = createScriptedEngine();
  return { ...good, synthesize: (request) => requestOf(good, request, new AbortController().signal) };
}

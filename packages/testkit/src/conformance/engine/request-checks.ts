import { TTSError, type Capabilities, type Engine, type SynthesisRequest } from "@parlando/engine";
import { levelDb } from "../../audio/level.ts";
import { check } from "../../fail.ts";
import { within } from "../within.ts";
import { describeError } from "./abort-checks.ts";
import { checkSame, samplesOf } from "./audio-checks.ts";
import type { EngineCheck, EngineCheckContext } from "./engine-check.ts";
import { segments } from "./event-checks.ts";
import { isReadable } from "./read-audio.ts";

const canSay = (name: "rate" | "volume") => (engine: Engine, capabilities: Capabilities): boolean =>
  segments(engine, capabilities) && capabilities.formats.some(isReadable) && capabilities.prosody.includes(name);

/** Longer limits are not tried out: it would take minutes. */
const longestTried = 20_000;

/** What a request may ask, and what comes of it. */
export const requestChecks: readonly EngineCheck[] = [
  {
    name: "speaks requests at the same time, up to its limit",
    appliesTo: segments,
    async run({ speak, texts, capabilities }) {
      const count = Math.min(3, capabilities.limits.concurrency ?? 3);
      const alone = await speak({ text: texts.short });
      const together = await Promise.all(Array.from({ length: count }, () => speak({ text: texts.short })));
      for (const spoken of together) {
        check(spoken.bytes > 0, "One of several requests at the same time gave no audio.");
        if (capabilities.deterministic && alone.samples !== undefined) checkSame(alone, spoken, "At the same time as others, the same request gave different samples");
      }
    },
  },
  {
    name: "lets a request over its limit wait, or refuses it with CONCURRENCY_LIMIT",
    appliesTo: (engine, capabilities) => segments(engine, capabilities) && (capabilities.limits.concurrency ?? Infinity) <= 8,
    async run({ read, texts, capabilities }) {
      const count = (capabilities.limits.concurrency ?? 1) + 1;
      const readings = await Promise.all(Array.from({ length: count }, () => read({ text: texts.short })));
      const refused = readings.filter(({ error }) => error !== undefined);
      for (const { error } of refused) check(TTSError.isInstance(error) && error.code === "CONCURRENCY_LIMIT", `A request over the limit failed with ${describeError(error)}; let it wait, or throw CONCURRENCY_LIMIT.`);
      check(refused.length <= 1, `${refused.length} of ${count} requests were refused; only ${count - 1} may run at once, but one refusal is enough.`);
    },
  },
  {
    name: "takes a text as long as its limit, and refuses a longer one with TEXT_TOO_LONG or speaks it",
    appliesTo: (engine, capabilities) => segments(engine, capabilities) && limitOf(capabilities) <= longestTried,
    async run({ read, texts, capabilities }) {
      const longest = limitOf(capabilities);
      const text = textOfLength(texts.short, longest);
      const { error } = await read({ text }, { onEvent: () => "leave" });
      check(error === undefined, `A text of ${longest} characters, the declared limit, was refused with ${describeError(error)}.`);
      const { error: tooLong } = await read({ text: textOfLength(texts.short, longest + 1) }, { onEvent: () => "leave" });
      check(tooLong === undefined || (TTSError.isInstance(tooLong) && tooLong.code === "TEXT_TOO_LONG"), `A text of ${longest + 1} characters failed with ${describeError(tooLong)}; throw TEXT_TOO_LONG.`);
    },
  },
  {
    name: "comes to an end with text that has nothing to say, or is odd",
    appliesTo: segments,
    async run({ read }) {
      for (const text of ["...", "—", "?!", "\u200b", "\ud83d", "a\u0000b", "😀", "\u0301", "x".repeat(200), "<b>&amp;</b>"]) {
        const { error } = await read({ text });
        check(error === undefined || TTSError.isInstance(error), `The text ${JSON.stringify(text)} made the engine throw ${describeError(error)}; throw a TTSError, or end without audio.`);
      }
    },
  },
  {
    name: "warns when it is asked for prosody that it cannot change",
    appliesTo: segments,
    async run({ speak, texts, capabilities }) {
      const changes: Record<Capabilities["prosody"][number], Partial<SynthesisRequest>> = { rate: { rate: 1.5 }, pitch: { pitch: 4 }, volume: { volume: 0.5 } };
      for (const name of ["rate", "pitch", "volume"] as const) {
        const { warnings } = await speak({ text: texts.short, ...changes[name] });
        check(capabilities.prosody.includes(name) || warnings.length > 0, `\`prosody\` does not list "${name}", it was asked for, and no warning came.`);
        for (const { code, message } of warnings) check(code.length > 0 && message.length > 0, "A warning has no code or no message.");
      }
    },
  },
  {
    name: "speaks faster and slower as it is asked",
    appliesTo: canSay("rate"),
    async run({ speak }) {
      const [slow = 0, normal = 0, fast = 0] = [(await speak({ rate: 0.75 })).durationMs, (await speak()).durationMs, (await speak({ rate: 1.5 })).durationMs];
      check(fast < 0.85 * normal && slow > 1.1 * normal, `At rate 0.75, 1 and 1.5 the text lasts ${Math.round(slow)}, ${Math.round(normal)} and ${Math.round(fast)} ms.`);
    },
  },
  {
    name: "speaks softer as it is asked",
    appliesTo: canSay("volume"),
    async run({ speak }) {
      const [normal, soft] = [levelDb(samplesOf(await speak())), levelDb(samplesOf(await speak({ volume: 0.5 })))];
      check(Math.abs(normal - soft - 6) < 2, `At half the volume the level went from ${normal.toFixed(1)} to ${soft.toFixed(1)} dB; 6 dB less is half.`);
    },
  },
  {
    name: "refuses SSML that it does not know, or warns",
    appliesTo: (engine, capabilities) => segments(engine, capabilities) && capabilities.ssml.length === 0,
    async run({ read, texts }) {
      const { events, error } = await read({ ssml: true, text: `<speak>${texts.short}</speak>` });
      const refused = TTSError.isInstance(error) && (error.code === "UNSUPPORTED" || error.code === "INVALID_INPUT");
      const warned = error === undefined && events.some((event) => event.type === "warning");
      check(refused || warned, `\`ssml\` is empty, and SSML ${error === undefined ? "was spoken without a warning" : `failed with ${describeError(error)}`}; throw UNSUPPORTED or INVALID_INPUT, or warn.`);
    },
  },
  {
    name: "speaks SSML, and places its marks in the document",
    appliesTo: (engine, capabilities) => segments(engine, capabilities) && capabilities.ssml.length > 0,
    run: checkSsml,
  },
  {
    name: "refuses a voice that it does not have with VOICE_NOT_FOUND",
    appliesTo: (engine, capabilities) => segments(engine, capabilities) && engine.voices !== undefined,
    async run({ read }) {
      const { error } = await read({ voice: "there-is-no-such-voice" });
      check(TTSError.isInstance(error) && error.code === "VOICE_NOT_FOUND", error === undefined ? "It was spoken with another voice." : `It failed with ${describeError(error)}.`);
    },
  },
  {
    name: "fails again and again in the same way, and speaks well after that",
    appliesTo: (engine, capabilities) => segments(engine, capabilities) && engine.voices !== undefined,
    async run({ read, speak, texts }) {
      for (let round = 0; round < 3; round += 1) await within(read({ voice: "there-is-no-such-voice" }), 60_000, "A refusal");
      check((await speak({ text: texts.short })).bytes > 0, "After refused requests a good one gave no audio.");
    },
  },
];

async function checkSsml({ speak, texts, capabilities }: EngineCheckContext): Promise<void> {
  const bookmarks = capabilities.ssml.includes("mark") && capabilities.marks.includes("bookmark");
  const text = `<speak>${texts.short} ${bookmarks ? '<mark name="here"/>' : ""}${texts.short}</speak>`;
  const { marks, warnings, bytes } = await speak({ ssml: true, text });
  check(bytes > 0, "SSML gave no audio.");
  check(warnings.length === 0, "SSML of declared elements gave a warning.");
  for (const { kind, textStart, textEnd, value } of marks) {
    check(textStart >= 0 && textEnd <= text.length, `A ${kind} mark points at ${textStart} to ${textEnd} of a document of ${text.length} UTF-16 units.`);
    if (kind === "word") check(value === text.slice(textStart, textEnd), `A word mark says ${JSON.stringify(value)}, but it points at ${JSON.stringify(text.slice(textStart, textEnd))} of the document.`);
  }
  check(!bookmarks || marks.some(({ kind, value }) => kind === "bookmark" && value === "here"), "The document has a mark named \"here\", and no bookmark of that name came.");
}

function limitOf({ limits }: Capabilities): number {
  return Math.min(limits.segmentCharacters ?? Infinity, limits.segmentBytes ?? Infinity);
}

/** Repeats a text to an exact length; ASCII, so that characters are bytes. */
function textOfLength(text: string, length: number): string {
  const words = text.replaceAll(/[^ -~]/gu, "a");
  return `${words} `.repeat(Math.ceil(length / words.length)).slice(0, length).replace(/\s$/u, "a");
}

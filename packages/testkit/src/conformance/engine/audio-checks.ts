import type { Capabilities, Engine } from "@parlando/engine";
import { findLostOrRepeated } from "../../audio/alignment.ts";
import { measureClicks } from "../../audio/clicks.ts";
import { levelDb } from "../../audio/level.ts";
import { check } from "../../fail.ts";
import type { EngineCheck, Spoken } from "./engine-check.ts";
import { segments } from "./event-checks.ts";
import { isReadable } from "./read-audio.ts";

const readable = (engine: Engine, capabilities: Capabilities): boolean => segments(engine, capabilities) && capabilities.formats.some(isReadable);

/** No engine speaks slower or faster at its normal rate; languages lie between 8 and 25. */
const charactersPerSecond = { least: 3, most: 40 };

/** The sound itself. */
export const audioChecks: readonly EngineCheck[] = [
  {
    name: "makes sound: finite samples that are not silence",
    appliesTo: readable,
    async run({ speak }) {
      const samples = samplesOf(await speak());
      check(samples.length > 0, "No audio came.");
      const wrong = samples.findIndex((sample) => !(Math.abs(sample) <= 1.001));
      check(wrong < 0, `Sample ${wrong} is ${samples[wrong]}; samples lie in [-1, 1].`);
      check(levelDb(samples) > -50, `The audio has a level of ${levelDb(samples).toFixed(0)} dB: it is as good as silence.`);
    },
  },
  {
    name: "takes as long as a voice takes for the text",
    appliesTo: readable,
    async run({ speak, texts }) {
      const { durationMs = 0 } = await speak();
      const pace = texts.sentences.length / (durationMs / 1000);
      check(pace >= charactersPerSecond.least && pace <= charactersPerSecond.most, `${texts.sentences.length} characters last ${Math.round(durationMs)} ms, ${pace.toFixed(1)} a second; ${charactersPerSecond.least} to ${charactersPerSecond.most} are plausible. Audio is missing, or its sample rate is not the announced one.`);
    },
  },
  {
    name: "speaks all of a text: together as long as the parts",
    appliesTo: readable,
    async run({ speak, texts }) {
      const { durationMs: first = 0 } = await speak({ text: texts.short });
      const { durationMs: second = 0 } = await speak({ text: texts.sentences });
      const { durationMs: both = 0 } = await speak({ text: `${texts.short} ${texts.sentences}` });
      check(both >= 0.7 * (first + second), `Two texts last ${Math.round(first)} and ${Math.round(second)} ms alone but ${Math.round(both)} ms together: the end is missing.`);
    },
  },
  {
    name: "comes to rest at the end",
    appliesTo: readable,
    async run({ speak }) {
      const spoken = await speak();
      const samples = samplesOf(spoken);
      const peak = (part: Float32Array): number => part.reduce((high, sample) => Math.max(high, Math.abs(sample)), 0);
      const last = peak(samples.subarray(-Math.ceil(spoken.format.sampleRate / 4000)));
      check(last <= 0.1 * peak(samples), "The audio stops in the middle of a sound: its last samples are loud. Was it cut off? Then the request must fail with TRUNCATED.");
    },
  },
  {
    name: "has no clicks where its blocks meet",
    appliesTo: (engine, capabilities) => readable(engine, capabilities) && capabilities.output === "streaming",
    async run({ speak }) {
      const { joins, format, ...spoken } = await speak();
      const places = joins.filter((_, index) => index % Math.ceil(joins.length / 100) === 0);
      const clicks = measureClicks(samplesOf(spoken), format.sampleRate, places).filter(({ db }) => db > 6);
      check(clicks.length <= Math.max(1, 0.05 * places.length), `${clicks.length} of ${places.length} places where one event's audio meets the next sound like a click (up to ${Math.max(...clicks.map(({ db }) => db)).toFixed(1)} dB): samples are lost or doubled between events.`);
    },
  },
  {
    name: "gives the same samples for the same request",
    appliesTo: (engine, capabilities) => readable(engine, capabilities) && capabilities.deterministic,
    async run({ speak }) {
      checkSame(await speak(), await speak(), "The same request gave different samples");
    },
  },
  {
    name: "does not depend on how fast it is read",
    appliesTo: (engine, capabilities) => readable(engine, capabilities) && capabilities.deterministic,
    async run({ speak, texts }) {
      checkSame(await speak({ text: texts.short }), await speak({ text: texts.short }, { delayMs: 5 }), "Read slowly, the same request gave different samples");
    },
  },
  {
    name: "does not carry one request into the next",
    appliesTo: readable,
    async run({ speak, texts, capabilities }) {
      const before = await speak({ text: texts.short });
      await speak({ text: texts.sentences });
      const after = await speak({ text: texts.short });
      if (capabilities.deterministic) return checkSame(before, after, "After another request, the same text gave different samples");
      const [first = 0, second = 0] = [before.durationMs, after.durationMs];
      check(Math.abs(first - second) <= 0.5 * first, `The same text lasts ${Math.round(first)} ms, and ${Math.round(second)} ms after another request.`);
    },
  },
];

/** The samples of a request in a format that this suite can read. */
export function samplesOf({ samples }: Pick<Spoken, "samples">): Float32Array {
  check(samples !== undefined, "The engine was asked for a format that it declares and that this suite can read, and sent another.");
  return samples;
}

/** Ends the check unless two requests gave the same audio. */
export function checkSame(one: Spoken, other: Spoken, what: string): void {
  const [difference] = findLostOrRepeated(samplesOf(one), samplesOf(other), { limit: 1 });
  if (difference === undefined) return;
  const { kind, frames, expectedFrame } = difference;
  check(false, `${what}: ${frames} ${kind} from sample ${expectedFrame} on (${one.samples?.length} and ${other.samples?.length} in all). Repair that, or declare \`deterministic: false\`.`);
}

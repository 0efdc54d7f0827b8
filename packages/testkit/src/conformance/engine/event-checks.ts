import type { AudioFormat, Capabilities, Engine } from "@parlando/engine";
import { check, rethrow } from "../../fail.ts";
import type { EngineCheck, Spoken } from "./engine-check.ts";

/** Applies to engines that take whole segments. */
export const segments = (_: Engine, capabilities: Capabilities): boolean => capabilities.input.includes("segment");

const eventTypes = ["start", "audio", "pcm", "mark", "usage", "warning"];

/** What comes out of a request, and in what order. */
export const eventChecks: readonly EngineCheck[] = [
  {
    name: "begins with one start event",
    appliesTo: segments,
    async run({ read }) {
      const { events, error } = await read();
      if (error !== undefined) rethrow(error, "A request");
      const starts = events.filter((event) => event.type === "start").length;
      check(events[0]?.type === "start", `The first event is ${events[0] === undefined ? "missing" : `"${events[0].type}"`}; it must be "start".`);
      check(starts === 1, `${starts} start events came; there must be one.`);
      for (const { type } of events) check(eventTypes.includes(type), `An event has the type ${JSON.stringify(type)}, which the contract does not know.`);
    },
  },
  {
    name: "sends what it announces: whole frames of a declared format",
    appliesTo: segments,
    async run({ speak, capabilities }) {
      const { format } = await speak();
      check(capabilities.formats.some((declared) => sameFormat(declared, format)), `The start event announces ${describeFormat(format)}, which \`formats\` does not list.`);
    },
  },
  {
    name: "speaks every format that it declares, equally long",
    appliesTo: segments,
    async run({ speak, capabilities, texts }) {
      let first: Spoken | undefined;
      for (const format of capabilities.formats.slice(0, 12)) {
        const spoken = await speak({ format, text: texts.short });
        check(spoken.format.encoding === format.encoding && spoken.format.sampleRate === format.sampleRate, `${describeFormat(format)} is declared and was asked for, but ${describeFormat(spoken.format)} came.`);
        check(spoken.bytes > 0, `No audio came in ${describeFormat(format)}.`);
        first ??= spoken;
        checkSameLength(first, spoken, capabilities);
      }
    },
  },
  {
    name: "reports usage, if at all, as a number of characters",
    appliesTo: segments,
    async run({ speak }) {
      const { events } = await speak();
      for (const event of events) if (event.type === "usage") check(event.characters >= 0 && Number.isFinite(event.characters), `A usage event says ${event.characters} characters.`);
    },
  },
  {
    name: "sends a long text in pieces, while it is being made",
    appliesTo: (engine, capabilities) => segments(engine, capabilities) && capabilities.output === "streaming",
    async run({ speak }) {
      const { events, durationMs } = await speak();
      const pieces = events.filter((event) => event.type === "audio" || event.type === "pcm").length;
      check(pieces > 1, `\`output\` is "streaming", but all ${Math.round(durationMs ?? 0)} ms of audio came in one event. Declare "whole", or send audio as it is made.`);
    },
  },
];

function checkSameLength(first: Spoken, other: Spoken, { deterministic }: Capabilities): void {
  if (first.durationMs === undefined || other.durationMs === undefined) return;
  const differenceMs = Math.abs(first.durationMs - other.durationMs);
  const sameRate = first.format.sampleRate === other.format.sampleRate;
  const allowedMs = deterministic ? (sameRate ? 0.001 : 30) : 0.25 * first.durationMs;
  check(differenceMs <= allowedMs, `The same text lasts ${first.durationMs.toFixed(2)} ms in ${describeFormat(first.format)} and ${other.durationMs.toFixed(2)} ms in ${describeFormat(other.format)}: one of the two is not what it is announced to be, or lost samples.`);
}

function sameFormat(one: AudioFormat, other: AudioFormat): boolean {
  return one.encoding === other.encoding && one.sampleRate === other.sampleRate && one.channels === other.channels;
}

function describeFormat({ encoding, sampleRate, channels }: AudioFormat): string {
  return `${encoding} at ${sampleRate} Hz with ${channels} channel${channels === 1 ? "" : "s"}`;
}

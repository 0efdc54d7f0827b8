import type { AudioFormat, Capabilities, Engine } from "@parlando/engine";
import { check } from "../../fail.ts";
import type { EngineCheck } from "./engine-check.ts";

const encodings: readonly AudioFormat["encoding"][] = ["pcm-s16le", "pcm-f32le", "wav", "mp3", "ogg-opus", "webm-opus", "flac", "aac", "mulaw", "alaw"];
const markKinds = ["word", "sentence", "character", "phoneme", "viseme", "bookmark"];

const always = (): boolean => true;

/** What an engine says about itself. */
export const declarationChecks: readonly EngineCheck[] = [
  {
    name: "names the contract and has the methods that its capabilities promise",
    appliesTo: always,
    async run({ engine, capabilities }) {
      check(engine.contract === "parlando/1", `\`contract\` is ${JSON.stringify(engine.contract)}; it must be "parlando/1".`);
      check(/^[a-z][a-z0-9-]*$/u.test(engine.id), `\`id\` is ${JSON.stringify(engine.id)}; use lower-case letters, digits and hyphens.`);
      check(typeof engine.close === "function", "The engine has no `close`.");
      check(capabilities.input.includes("segment") === (engine.synthesize !== undefined), "`input` has \"segment\" exactly when there is a `synthesize`.");
      check(capabilities.input.includes("incremental") === (engine.openSession !== undefined), "`input` has \"incremental\" exactly when there is an `openSession`.");
      check(capabilities.runsIn.includes("node") || capabilities.runsIn.includes("browser"), "`runsIn` is empty.");
    },
  },
  {
    name: "declares well-formed capabilities",
    appliesTo: always,
    async run({ engine }) {
      checkCapabilities(engine.capabilities);
      const declared = JSON.stringify(engine.capabilities);
      check(JSON.stringify(JSON.parse(declared)) === declared, "The capabilities are not plain data.");
    },
  },
  {
    name: "declares well-formed capabilities for a voice, without waiting",
    appliesTo: (engine) => engine.capabilitiesOf !== undefined,
    async run({ engine, voice }) {
      const voices = voice === undefined ? ((await engine.voices?.(new AbortController().signal)) ?? []).map(({ id }) => id) : [voice];
      for (const id of voices.slice(0, 20)) checkCapabilities(capabilitiesOf(engine, id));
    },
  },
];

function capabilitiesOf(engine: Engine, voice: string): Capabilities {
  const found: unknown = engine.capabilitiesOf?.(voice);
  check(typeof found === "object" && found !== null && !("then" in found), "`capabilitiesOf` gives no capabilities at once.");
  return found as Capabilities;
}

function checkCapabilities(capabilities: Capabilities): void {
  const { input, output, formats, marks, languages, limits, prosody, cancelCost, cost, deterministic, flush } = capabilities;
  check(input.length > 0 && input.every((kind) => kind === "segment" || kind === "incremental"), "`input` must list \"segment\", \"incremental\" or both.");
  check(output === "streaming" || output === "whole", `\`output\` is ${JSON.stringify(output)}; "streaming" or "whole" is allowed.`);
  check(formats.length > 0, "`formats` is empty.");
  formats.forEach(checkFormat);
  check(marks.every((kind) => markKinds.includes(kind)), `\`marks\` has a kind that is none of ${markKinds.join(", ")}.`);
  check(prosody.every((name) => ["rate", "pitch", "volume"].includes(name)), "`prosody` may list rate, pitch and volume only.");
  check(["none", "billed", "runs"].includes(cancelCost), `\`cancelCost\` is ${JSON.stringify(cancelCost)}; "none", "billed" or "runs" is allowed.`);
  check(cost.startMs >= 0 && cost.perCharacterMs >= 0 && Number.isFinite(cost.startMs + cost.perCharacterMs), "`cost` must be finite and not negative.");
  check(typeof deterministic === "boolean", "`deterministic` must be true or false.");
  check(flush === undefined || flush === "free" || flush === "costly", "`flush` must be \"free\" or \"costly\" where it is given.");
  for (const language of languages ?? []) checkLanguage(language);
  for (const [name, limit] of Object.entries(limits)) check(limit === undefined || limit > 0, `\`limits.${name}\` is ${limit}; leave it out where there is no limit.`);
}

function checkFormat({ encoding, sampleRate, channels }: AudioFormat): void {
  check(encodings.includes(encoding), `A format has the encoding ${JSON.stringify(encoding)}; allowed are ${encodings.join(", ")}.`);
  check(sampleRate >= 4000 && sampleRate <= 384_000, `A format has a sample rate of ${sampleRate} Hz.`);
  check(Number.isInteger(channels) && channels >= 1 && channels <= 8, `A format has ${channels} channels.`);
}

/** Ends the check unless a language is written in BCP-47. */
export function checkLanguage(language: string): void {
  let wellFormed = true;
  try {
    Intl.getCanonicalLocales(language);
  } catch {
    wellFormed = false;
  }
  check(wellFormed, `The language ${JSON.stringify(language)} is not written in BCP-47.`);
}

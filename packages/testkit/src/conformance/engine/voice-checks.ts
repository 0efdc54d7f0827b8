import { check } from "../../fail.ts";
import { within } from "../within.ts";
import { checkLanguage } from "./declaration-checks.ts";
import type { EngineCheck } from "./engine-check.ts";

const never = (): AbortSignal => new AbortController().signal;

/** Voices, credentials and warming up. */
export const voiceChecks: readonly EngineCheck[] = [
  {
    name: "lists well-formed voices",
    appliesTo: (engine) => engine.voices !== undefined,
    async run({ engine, timeoutMs }) {
      const voices = (await within(Promise.resolve(engine.voices?.(never())), timeoutMs, "The list of voices")) ?? [];
      const ids = new Set<string>();
      for (const voice of voices) {
        check(voice.id.length > 0 && voice.name.length > 0, "A voice has no id or no name.");
        check(!ids.has(voice.id), `Two voices have the id ${JSON.stringify(voice.id)}.`);
        ids.add(voice.id);
        check(voice.engine === engine.id, `Voice ${voice.id} says that it belongs to ${JSON.stringify(voice.engine)}; the engine is ${JSON.stringify(engine.id)}.`);
        check(voice.languages.length > 0, `Voice ${voice.id} has no language.`);
        voice.languages.forEach(checkLanguage);
        check(["female", "male", "neutral", "unknown"].includes(voice.gender), `Voice ${voice.id} has the gender ${JSON.stringify(voice.gender)}.`);
        for (const rate of voice.sampleRates ?? []) check(rate >= 4000, `Voice ${voice.id} has a sample rate of ${rate} Hz.`);
      }
    },
  },
  {
    name: "speaks with a voice from its list",
    appliesTo: (engine, capabilities) => engine.voices !== undefined && capabilities.input.includes("segment"),
    async run({ engine, voice, speak, texts }) {
      const voices = (await engine.voices?.(never())) ?? [];
      const chosen = voices.find(({ id }) => id === voice) ?? voices[0];
      if (chosen) check((await speak({ voice: chosen.id, text: texts.short })).bytes > 0, `Voice ${chosen.id} of the list gave no audio.`);
    },
  },
  {
    name: "reports on its credentials without failing",
    appliesTo: (engine) => engine.checkCredentials !== undefined,
    async run({ engine, timeoutMs }) {
      const report = await within(Promise.resolve(engine.checkCredentials?.(never())), timeoutMs, "The report on credentials");
      check(report !== undefined && ["valid", "invalid", "missing", "unreachable", "not-needed"].includes(report.status), `The report has the status ${JSON.stringify(report?.status)}.`);
      check(report.message.length > 0, "The report has no message.");
      check(report.status !== "missing" || (report.missing?.length ?? 0) > 0, "The report says that credentials are missing, and does not name them.");
    },
  },
  {
    name: "warms up, more than once, and stops when that is called off",
    appliesTo: (engine) => engine.warmUp !== undefined,
    async run({ engine, timeoutMs, stopMs, createAnother }) {
      for (let round = 0; round < 2; round += 1) await within(Promise.resolve(engine.warmUp?.(never())), timeoutMs, "The end of `warmUp()`");
      const other = await createAnother();
      const controller = new AbortController();
      const warming = Promise.resolve(other.warmUp?.(controller.signal)).catch(() => {});
      controller.abort();
      await within(warming, stopMs, "The end of `warmUp()` after it was called off");
    },
  },
];

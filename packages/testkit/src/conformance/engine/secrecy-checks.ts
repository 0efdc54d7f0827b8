import { TTSError, errorCodes, type SynthesisRequest } from "@parlando/engine";
import { check } from "../../fail.ts";
import { describeError } from "./abort-checks.ts";
import type { EngineCheck, EngineCheckContext } from "./engine-check.ts";
import { segments } from "./event-checks.ts";

/** A word that can come into a message from nowhere but the text. */
const secret = "periwinkle";
const secretText = `My ${secret} is nobody's business. Tell no one about the ${secret}, I beg you.`;

/** What errors and warnings say. */
export const secrecyChecks: readonly EngineCheck[] = [
  {
    name: "fails with typed errors of known codes",
    appliesTo: segments,
    async run(context) {
      for (const { when, error, reason } of await provokeErrors(context)) {
        check(error === reason || TTSError.isInstance(error), `${when}, it threw ${describeError(error)}; throw a TTSError.`);
        check(!TTSError.isInstance(error) || Object.hasOwn(errorCodes, error.code), `${when}, it threw an error whose code the contract does not know.`);
        check(!TTSError.isInstance(error) || error.message.length > 0, `${when}, it threw an error without a message.`);
      }
    },
  },
  {
    name: "keeps spoken text out of errors and warnings",
    appliesTo: segments,
    async run(context) {
      const { events } = await context.read({ text: secretText, rate: 9, pitch: 9, volume: 9 });
      for (const event of events) check(event.type !== "warning" || !tells(event), "A warning contains the text that was to be spoken.");
      for (const { when, error } of await provokeErrors(context)) check(!tells(error), `${when}, it threw an error that contains the text that was to be spoken.`);
    },
  },
];

interface Provoked {
  when: string;
  error: unknown;
  /** What the signal was aborted with. */
  reason?: unknown;
}

/** Fails in every way that needs no fault of the engine. */
async function provokeErrors(context: EngineCheckContext): Promise<Provoked[]> {
  const { read, engine, capabilities } = context;
  const tries: { when: string; change: Partial<SynthesisRequest> }[] = [];
  if (engine.voices) tries.push({ when: "Asked for a voice that it does not have", change: { voice: "there-is-no-such-voice" } });
  if (capabilities.ssml.length === 0) tries.push({ when: "Given SSML", change: { ssml: true, text: `<speak>${secretText}</speak>` } });
  tries.push({ when: "Given broken SSML", change: { ssml: true, text: `<speak><${secret}` } });
  tries.push({ when: "Given an unknown option", change: { engineOptions: { thereIsNoSuchOption: true } } });
  tries.push({ when: "Asked for a format that nobody has", change: { format: { encoding: "alaw", sampleRate: 4321, channels: 7 } } });
  if ((capabilities.limits.segmentCharacters ?? Infinity) < 100_000) tries.push({ when: "Given too long a text", change: { text: `${secretText} `.repeat(Math.ceil((capabilities.limits.segmentCharacters ?? 0) / secretText.length) + 1) } });

  const provoked: Provoked[] = [];
  for (const { when, change } of tries) provoked.push({ when, error: (await read({ text: secretText, ...change })).error });
  provoked.push(...(await callOff(context)));
  await engine.close();
  provoked.push({ when: "Closed", error: (await read({ text: secretText })).error });
  return provoked.filter(({ error }) => error !== undefined);
}

async function callOff({ read }: EngineCheckContext): Promise<Provoked[]> {
  const provoked: Provoked[] = [];
  for (const place of [0, 1]) {
    const controller = new AbortController();
    if (place === 0) controller.abort();
    const { error } = await read({ text: secretText }, { signal: controller.signal, onEvent: () => controller.abort() });
    provoked.push({ when: "Called off", error, reason: controller.signal.reason });
  }
  return provoked;
}

/** Whether a value, its properties or its causes contain the secret word. */
function tells(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return value.toLowerCase().includes(secret);
  if (typeof value !== "object" || value === null || depth > 6) return false;
  // The stack repeats the message, and names files of the suite.
  return Object.getOwnPropertyNames(value).some((name) => name !== "stack" && tells((value as Record<string, unknown>)[name], depth + 1));
}

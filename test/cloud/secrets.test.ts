// Canaries: a key and a text that must be found nowhere but on the wire.

import { createTTS } from "parlando";
import { createSpeechStream, type AudioChunk, type StreamReport, type Warning } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import type { FakeFault } from "@parlando/testkit/fakes";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { faultPlace } from "./faults.test-helper.ts";
import { lanes, type Lane } from "./lanes.test-helper.ts";
import { cellTimes } from "./run-cell.test-helper.ts";

const key = "sk-CANARY7KEY-0123456789abcdef";
const text = "Zebrafinch w1 quokkaberry w3 platypusly. Xylophonist w6 narwhalish.";
const canaries = [key, key.toLowerCase(), encodeURIComponent(key), Buffer.from(key).toString("base64"), "CANARY7", ...["zebrafinch", "quokkaberry", "platypusly", "xylophonist", "narwhalish"]];

/** Everything that a program, or a person at a console, can get to see of a value. */
function faces(value: unknown, depth = 0): string[] {
  if (depth > 8) return [];
  const seen = [String(value), inspect(value, { depth: 12, showHidden: true, getters: true }), safeJson(value)];
  if (value instanceof Error) seen.push(value.message, value.stack ?? "", ...Object.values(value).map(String), ...faces(value.cause, depth + 1));
  if (value instanceof AggregateError) for (const error of value.errors as unknown[]) seen.push(...faces(error, depth + 1));
  return seen;
}

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "";
  }
}

function leaksOf(value: unknown): string[] {
  const all = faces(value).join("\n").toLowerCase();
  return canaries.filter((canary) => all.includes(canary.toLowerCase()));
}

/** Answers that hand back what they were sent, as some servers do. */
const echo = JSON.stringify({ error: { message: `Wrong key ${key} for "${text}"`, code: "invalid_request", input: text, headers: { authorization: `Bearer ${key}` } }, detail: { status: "invalid", message: `${key} ${text}` }, message: `${key} ${text}` });

const faults: readonly (readonly [name: string, fault: (place: number) => FakeFault | undefined])[] = [
  ["nothing", () => undefined],
  ["401", () => ({ kind: "status", status: 401 })],
  ["400 that echoes", () => ({ kind: "status", status: 400, body: echo })],
  ["403 that echoes", () => ({ kind: "status", status: 403, body: echo })],
  ["500 that echoes", () => ({ kind: "status", status: 500, body: echo, headers: { "retry-after": "0", "x-echo": key } })],
  ["429", () => ({ kind: "status", status: 429, body: echo, headers: { "retry-after": "0" } })],
  ["cut", (afterBytes) => ({ kind: "cut", afterBytes })],
  ["no answer", () => ({ kind: "no-answer" })],
  ["JSON in a 200", () => ({ kind: "wrong-body", content: "json" })],
  ["malformed", (afterBytes) => ({ kind: "malformed", afterBytes })],
];

interface Told {
  readonly error: unknown;
  readonly warnings: Warning[];
  readonly reports: (StreamReport | undefined)[];
  readonly errors: TTSError[];
}

async function speak(lane: Lane, fault: FakeFault | undefined): Promise<{ told: Told; engine: unknown }> {
  const { fake, engine, voice } = await lane.open({ key, times: { ...cellTimes, firstMs: 300, idleMs: 300 }, fake: { fault: () => fault } });
  const told: Told & { error: unknown } = { error: undefined, warnings: [], reports: [], errors: [] };
  const stream = createSpeechStream(
    { engines: [{ engine }], codecs: lane.codecs },
    {
      onChunk: (_: AudioChunk) => {},
      voice,
      marks: ["word"],
      onWarning: (warning) => void told.warnings.push(warning),
      onError: (error) => void told.errors.push(error),
      onMetrics: (report) => void told.reports.push(structuredClone(report)),
    },
  );
  stream.feed(text).catch(() => {});
  stream.done();
  told.reports.push(await stream.waitUntilDone().catch((error: unknown) => void (told.error = error)) ?? undefined);
  const status = await engine.checkCredentials?.(AbortSignal.timeout(2_000)).catch((error: unknown) => error);
  told.warnings.push({ code: "CHECK", message: faces(status).join("\n") });
  await stream.close();
  await engine.close();
  await fake.close();
  return { told, engine };
}

describe("secrets and spoken text", () => {
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    for (const name of ["log", "info", "warn", "error", "debug"] as const) vi.spyOn(console, name).mockImplementation((...words: unknown[]) => void said.push(words.map((word) => inspect(word)).join(" ")));
  });
  afterEach(() => void vi.restoreAllMocks());

  it.each(lanes.map((lane) => [lane.name, lane] as const))("are in nothing that %s or its stream tells", async (_, lane) => {
    const results = await Promise.all(faults.map(async ([name, fault]) => ({ name, ...(await speak(lane, fault(faultPlace(lane, "once")))) })));
    const leaks = results.flatMap(({ name, told, engine }) => [
      // The text of a report and of a mark is the app's own, given back to it.
      ...leaksOf(told.error).map((canary) => `${name}: the error has ${canary}: ${String(told.error)}`),
      ...told.errors.flatMap((error) => leaksOf(error).map((canary) => `${name}: onError has ${canary}`)),
      ...told.warnings.flatMap((warning) => leaksOf(warning).map((canary) => `${name}: the warning ${warning.code} has ${canary}: ${warning.message.slice(0, 300)}`)),
      ...told.reports.flatMap((report) => leaksOf(report).map((canary) => `${name}: the report has ${canary}`)),
      ...leaksOf(engine).map((canary) => `${name}: the printed engine has ${canary}`),
    ]);
    expect(leaks).toEqual([]);
    expect(leaksOf(said)).toEqual([]);
    // A test whose faults do not bite would find nothing.
    expect(results.filter(({ told }) => TTSError.isInstance(told.error)).length).toBeGreaterThanOrEqual(4);
    expect(results.find(({ name }) => name === "nothing")?.told.error).toBeUndefined();
  });

  it.each(lanes.map((lane) => [lane.name, lane] as const))("are in no error of %s for options that are wrong", async (_, lane) => {
    const open = await lane.open({ key, times: { ...cellTimes, idleMs: -1 } }).catch((error: unknown) => error);
    expect(TTSError.isInstance(open) && open.code).toBe("INVALID_CONFIG");
    expect(leaksOf(open)).toEqual([]);
  });

  it.each([
    ["openai", { apiKey: key, headers: { "x-key": key } }],
    ["elevenlabs", { apiKey: key }],
    ["polly", { region: "us-east-1", credentials: { accessKeyId: key, secretAccessKey: `secret ${key}`, sessionToken: key } }],
    ["azure", { region: "westeurope", key }],
    ["azure", { region: "westeurope", token: key }],
  ])("are not in what createTTS makes of a config with %s", async (engine, options) => {
    const tts = await createTTS({ engine: { engine, options } });
    expect(tts.engines).toHaveLength(1);
    expect([...leaksOf(tts), ...leaksOf(tts.engines)]).toEqual([]);
    await tts.close();
    const refused: unknown = await createTTS({ engine: { engine, options: { ...options, [key]: key, concurrency: key } } }).catch((error: unknown) => error);
    expect(TTSError.isInstance(refused)).toBe(true);
    expect(leaksOf(refused).filter((canary) => canary === key && !String(refused).includes("does not know"))).toEqual([]);
  });

  it("would be found", () => {
    const hidden = new Error("outside", { cause: new AggregateError([new TTSError("SERVICE", `said ${key}`)]) });
    expect(leaksOf(hidden)).toContain(key);
    expect(leaksOf({ deep: [{ text }] })).toContain("quokkaberry");
  });
});

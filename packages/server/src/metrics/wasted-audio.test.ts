import { once } from "node:events";
import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { createScriptedEngine, numberedText, type ScriptedEngine, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createServer } from "../create-server.ts";
import type { ServerOptions } from "../server-options.ts";
import { openPlainClient } from "../socket/plain-client.test-helper.ts";
import { serveEngines } from "../testing/served-scripted.ts";
import { until } from "../testing/speech-server.ts";

/** Words that follow each other without silence: nothing of what the engine gives is trimmed. */
const SCRIPT = { wordMs: 250, marks: ["word"], chunkMs: 20 } as const satisfies ScriptedEngineOptions;
const FRAMES_OF_WORD = 6_000;
/** Of each attempt that is called off: a block that comes too late, and the 5 ms that are held back for a fade. In seconds. */
const LATE = 0.025;
const HIGH_WATER_MS = 2_000;
/** Minutes of audio: more than the buffers of both sides of a connection hold. */
const ENDLESS = numberedText({ words: 3_000, sentenceWords: 12 });
const roomy = { inputCharacters: 200_000, utteranceCharacters: 200_000, bodyBytes: 400_000 };

interface Serving extends AsyncDisposable {
  readonly url: string;
  readonly engines: readonly ScriptedEngine[];
  /** What the engines have handed out, in seconds. */
  made(): number;
  /** The value of a line of the metrics; 0 where there is none. */
  metric(line: string): Promise<number>;
  /** Waits until an utterance has ended so. */
  ended(outcome: string): Promise<void>;
}

async function serve(engines: readonly ScriptedEngine[], options: ServerOptions = {}): Promise<Serving> {
  const outcomes: (string | undefined)[] = [];
  const server = await createServer(serveEngines(engines), { highWaterMs: HIGH_WATER_MS, limits: roomy, ...options, log: ({ outcome }) => void outcomes.push(outcome) });
  const { url } = await server.listen();
  return {
    url,
    engines,
    made: () => engines.flatMap(({ requests }) => requests).reduce((sum, { audioMs }) => sum + audioMs, 0) / 1_000,
    metric: async (line) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(text.split("\n").find((found) => found.startsWith(line))?.split(" ").at(-1) ?? 0);
    },
    ended: (outcome) => until(() => outcomes.includes(outcome)),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

const wastedBy = (serving: Serving, reason: string): Promise<number> => serving.metric(`tts_wasted_audio_seconds_total{reason="${reason}"}`);
const sent = (serving: Serving): Promise<number> => serving.metric("tts_audio_seconds_total");

/** Waits until the listener was waited for, and the engine with him. */
async function untilHeld(serving: Serving): Promise<void> {
  while ((await serving.metric('tts_slow_consumer_total{action="held"}')) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await untilQuiet(serving);
}

async function untilQuiet({ made }: Serving): Promise<void> {
  for (let before = -1; before !== made(); ) {
    before = made();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Asks, and reads nothing of the body. */
async function ask({ url }: Serving, path: string, body: string, type: string): Promise<{ readonly request: ClientRequest; readonly answer: IncomingMessage }> {
  const request = httpRequest(`${url}${path}`, { method: "POST", headers: { "content-type": type } });
  request.on("error", () => undefined);
  request.end(body);
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  answer.on("error", () => undefined);
  return { request, answer };
}

const json = "application/json";
const speech = (more: object = {}): string => JSON.stringify({ model: "tts-1", voice: "alloy", input: ENDLESS, response_format: "pcm", ...more });

describe("audio that was made for nobody", () => {
  it.each([
    ["bare samples", "/v1/audio/speech", speech(), json],
    ["WAV", "/v1/audio/speech", speech({ response_format: "wav" }), json],
    ["events", "/v1/audio/speech", speech({ stream_format: "sse" }), json],
    ["the events of the page", "/synthesize-stream", new URLSearchParams({ text: ENDLESS }).toString(), "application/x-www-form-urlencoded"],
  ])("is what was not sent when a client of HTTP hangs up: %s", async (_, path, body, type) => {
    await using serving = await serve([createScriptedEngine(SCRIPT)]);
    const { request, answer } = await ask(serving, path, body, type);
    expect(answer.statusCode).toBe(200);
    await untilHeld(serving);
    request.destroy();
    await serving.ended("gone");
    const wasted = await wastedBy(serving, "gone");
    expect(Math.abs(serving.made() - (await sent(serving)) - wasted)).toBeLessThan(LATE * 3);
    // What core holds for one who stands still.
    expect(wasted).toBeGreaterThan(0.5);
    expect(wasted).toBeLessThan(HIGH_WATER_MS / 1_000 + 1);
  });

  it("is what was not sent when a listener is dropped who reads nothing", async () => {
    await using serving = await serve([createScriptedEngine(SCRIPT)], { limits: { ...roomy, stallMs: 200 } });
    const { request } = await ask(serving, "/v1/audio/speech", speech(), json);
    await serving.ended("stalled");
    const wasted = await wastedBy(serving, "stalled");
    expect(Math.abs(serving.made() - (await sent(serving)) - wasted)).toBeLessThan(LATE * 3);
    expect(wasted).toBeGreaterThan(0.5);
    request.destroy();
  });

  it("is all of a whole file that nobody waits for", async () => {
    await using serving = await serve([createScriptedEngine({ ...SCRIPT, realTimeFactor: 0.2 })]);
    const leaving = new AbortController();
    const asked = fetch(`${serving.url}/synthesize`, { method: "POST", body: new URLSearchParams({ text: numberedText({ words: 40 }) }), signal: leaving.signal }).catch(() => undefined);
    await until(() => serving.made() > 1);
    leaving.abort();
    await asked;
    await serving.ended("gone");
    await until(() => serving.engines.every(({ activeRequests }) => activeRequests === 0));
    expect(Math.abs(serving.made() - (await wastedBy(serving, "gone")))).toBeLessThan(LATE * 3);
  });

  it("is nothing where all was heard", async () => {
    await using serving = await serve([createScriptedEngine(SCRIPT)]);
    const body = JSON.stringify({ input: numberedText({ words: 30 }), response_format: "pcm" });
    expect((await (await fetch(`${serving.url}/v1/audio/speech`, { method: "POST", headers: { "content-type": json }, body })).arrayBuffer()).byteLength).toBe(30 * FRAMES_OF_WORD * 2);
    await serving.ended("done");
    expect(await serving.metric("tts_wasted_audio_seconds_total")).toBe(0);
  });

  it("is what a failed engine made and another said again, though all was heard", async () => {
    const a = createScriptedEngine({ ...SCRIPT, id: "a", fault: { kind: "error", code: "SERVICE", retryable: false, afterMs: 4 * 250 + 100 } });
    await using serving = await serve([a, createScriptedEngine({ ...SCRIPT, id: "b" })]);
    const body = JSON.stringify({ input: numberedText({ words: 12, sentenceWords: 12 }), response_format: "pcm" });
    await (await fetch(`${serving.url}/v1/audio/speech`, { method: "POST", headers: { "content-type": json }, body })).arrayBuffer();
    await serving.ended("done");
    const wasted = await wastedBy(serving, "done");
    // It rings out for 5 ms, which no engine made.
    expect(Math.abs(serving.made() - (await sent(serving)) - wasted)).toBeLessThan(LATE);
    expect(wasted).toBeGreaterThan(0.05);
  });

  it.each([["gone", (socket: WebSocket) => socket.terminate()], ["interrupted", (socket: WebSocket) => socket.send(JSON.stringify({ event: "interrupt" }))]] as const)("is what was not sent in the dialect of chunks: %s", async (outcome, leave) => {
    await using serving = await serve([createScriptedEngine(SCRIPT)]);
    const socket = new WebSocket(`${serving.url.replace(/^http/u, "ws")}/ws/tts`);
    socket.on("error", () => undefined);
    await once(socket, "open");
    socket.pause();
    socket.send(JSON.stringify({ event: "speak", data: { text: ENDLESS, format: "wav" } }));
    await untilHeld(serving);
    leave(socket);
    await serving.ended(outcome);
    const wasted = await wastedBy(serving, outcome);
    expect(Math.abs(serving.made() - (await sent(serving)) - wasted)).toBeLessThan(LATE * 3);
    expect(wasted).toBeGreaterThan(0.5);
    socket.terminate();
  });

  it.each(["gone", "interrupted", "stalled"] as const)("is what the client of the native WebSocket did not play: %s", async (outcome) => {
    await using serving = await serve([createScriptedEngine(SCRIPT)], { limits: { ...roomy, ...(outcome === "stalled" && { stallMs: 300 }) } });
    const client = await openPlainClient(serving.url, { plays: false });
    client.speak(1, ENDLESS, { windowMs: 500 });
    await client.heard(1, 2 * FRAMES_OF_WORD);
    client.say({ type: "speech.played", utterance: 1, frame: 2 * FRAMES_OF_WORD });
    await client.heard(1, 4 * FRAMES_OF_WORD);
    await untilQuiet(serving);
    if (outcome === "gone") client.socket.terminate();
    if (outcome === "interrupted") client.say({ type: "speech.interrupt", utterance: 1, playedFrame: 3 * FRAMES_OF_WORD });
    await serving.ended(outcome);
    const played = outcome === "interrupted" ? 0.75 : 0.5;
    expect(await sent(serving)).toBeCloseTo(1, 6);
    expect(Math.abs(serving.made() - played - (await wastedBy(serving, outcome)))).toBeLessThan(LATE * 3);
    client.socket.terminate();
  });

  it("leaves what was sent before a failure to the client, who may still play it", async () => {
    const engine = createScriptedEngine({ ...SCRIPT, fault: (_request, index) => (index === 0 ? undefined : { kind: "error", code: "SERVICE", retryable: false, afterMs: 100 }) });
    await using serving = await serve([engine]);
    const client = await openPlainClient(serving.url, { plays: false });
    client.speak(1, numberedText({ words: 24, sentenceWords: 6 }));
    await client.next("speech.failed", 1);
    await serving.ended("failed");
    expect(Math.abs(serving.made() - (await sent(serving)) - (await wastedBy(serving, "failed")))).toBeLessThan(LATE * 3);
    client.socket.terminate();
  });
});

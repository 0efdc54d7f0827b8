import { answerInstead, answerRefusal, answerWith, beginAnswer } from "./polly-answers.ts";
import type { PollyExchange } from "./polly-exchange.ts";
import { untilGone } from "./polly-delivery.ts";
import type { FakePolly, FakePollyOptions, PollySettings } from "./polly-options.ts";
import { refusal } from "./polly-refusal.ts";
import type { FakePollyRequest } from "./polly-request.ts";
import { createPollyServer } from "./polly-server.ts";
import { checkSignature } from "./polly-signature.ts";
import { fakePollyVoices, listVoices } from "./polly-voices.ts";
import { answerSynthesisStream } from "./synthesis-stream.ts";
import { synthesizeSpeech } from "./synthesize-speech.ts";

/**
 * Opens a fake of Amazon Polly: HTTP/2 without TLS and HTTP/1.1 on one port of the loopback address. It answers `POST /v1/speech` (pcm at
 * 8,000 and 16,000 Hz, mulaw and alaw at 8,000, and speech marks), `GET /v1/voices` in pages, and `POST /v1/synthesisStream`. mp3 and Ogg are
 * refused. A request must be signed (SigV4) with the key id `key`; the signature itself is not computed.
 *
 * Every kind of fault can be shown. Faults of marks count the bytes of their lines. "malformed" is a broken line of marks, an event with a
 * wrong checksum, or, in bare audio, a frame of HTTP/2 that breaks the rules. "no-end-marker" leaves a body without its end, the two-way
 * stream without `StreamClosedEvent`. The names of "vendor" are in {@link pollyVendorFaults}.
 *
 * @example
 * ```ts
 * const polly = await createFakePolly({ key: "AKIDEXAMPLE", fault: (_request, index) => (index === 0 ? { kind: "cut", afterBytes: 10_000 } : undefined) });
 * const client = new PollyClient({ region: "us-east-1", endpoint: polly.url, credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" } });
 * // ...
 * await polly.close();
 * ```
 */
export async function createFakePolly(options: FakePollyOptions = {}): Promise<FakePolly> {
  const settings = settingsOf(options);
  const requests: FakePollyRequest[] = [];
  let voiceRequests = 0;
  const server = await createPollyServer({
    port: options.port ?? 0,
    async handle(exchange) {
      const route = `${exchange.method} ${exchange.path}`;
      if (route === "POST /v1/speech") return synthesizeSpeech(exchange, settings, requests);
      if (route === "POST /v1/synthesisStream") return answerSynthesisStream(exchange, settings, requests);
      if (route !== "GET /v1/voices") return answerRefusal(exchange, refusal("UnknownOperationException"));
      voiceRequests += 1;
      return describeVoices(exchange, settings, voiceRequests - 1);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    requests,
    get voiceRequests() {
      return voiceRequests;
    },
    get openConnections() {
      return server.openConnections;
    },
    get connections() {
      return server.connections;
    },
    close: () => server.close(),
  };
}

function settingsOf(options: FakePollyOptions): PollySettings {
  const { encoding, msPerCharacter, firstAudioMs, realTimeFactor, raggedSeed } = options;
  return {
    key: options.key,
    fault: options.fault ?? (() => undefined),
    voices: options.voices ?? fakePollyVoices,
    voicesPerPage: options.voicesPerPage ?? 10,
    voicesFault: options.voicesFault ?? (() => undefined),
    lexicons: options.lexicons ?? [],
    textLimits: options.textLimits ?? { billed: 3000, total: 6000 },
    inboundEventTimeoutMs: options.inboundEventTimeoutMs ?? 5000,
    streamTimeoutMs: options.streamTimeoutMs ?? 600_000,
    speech: { encoding, msPerCharacter },
    blocks: { blockMs: options.blockMs ?? 100, firstAudioMs, realTimeFactor, raggedSeed },
  };
}

async function describeVoices(exchange: PollyExchange, settings: PollySettings, index: number): Promise<void> {
  const denied = checkSignature(exchange.headers, settings.key);
  if (denied !== undefined) return answerRefusal(exchange, denied);
  const fault = settings.voicesFault(index);
  if (await answerInstead(exchange, fault)) return;
  const page = listVoices(settings.voices, exchange.query, settings.voicesPerPage);
  if ("status" in page) return answerRefusal(exchange, page);
  if (fault?.kind === "reset") return exchange.reset(fault.code);
  if (fault?.kind === "cut") return exchange.cut();
  const body = JSON.stringify(page);
  if (fault?.kind !== "stall") return answerWith(exchange, 200, { "content-type": "application/json" }, body);
  beginAnswer(exchange, 200, { "content-type": "application/json" });
  await exchange.write(Buffer.from(body.slice(0, body.length / 2), "utf8"));
  await untilGone(exchange.gone);
}

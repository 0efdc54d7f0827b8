import { byteBlocks } from "../shared/byte-blocks.ts";
import type { FakeFault, FakeRequest } from "../shared/fake-fault.ts";
import { answerText, sendBody, type BodyFraming, type FakeExchange } from "../shared/fake-http-server.ts";
import { createFakeSpeech, type FakeSpeech } from "../shared/fake-speech.ts";
import type { FakeOpenAIOptions } from "./fake-openai-options.ts";
import { errorBody } from "./openai-refusal.ts";
import { silentMp3 } from "./silent-mp3.ts";
import type { SpeechBody } from "./speech-request.ts";
import { createSseWriter, type SseWriter } from "./sse-writer.ts";
import { wavParts, type WavParts } from "./wav-parts.ts";

/** What is needed to answer one request that is good. */
export interface SpeechAnswer {
  exchange: FakeExchange;
  options: FakeOpenAIOptions;
  body: SpeechBody;
  seen: FakeRequest;
  fault: FakeFault | undefined;
}

/** Audio as it goes out, before anything tells the client how to read it. */
interface Sound {
  speech: FakeSpeech;
  /** Undefined for bare PCM. */
  wav: WavParts | undefined;
  contentType: string;
}

/** Sends speech, as bytes or as events, with the fault of the request. Comes back when the answer is over. */
export async function answerSpeech(answer: SpeechAnswer): Promise<void> {
  const { exchange, body, fault } = answer;
  const vendor = fault?.kind === "vendor" ? fault.name : undefined;
  const sound = createSound(answer, vendor);
  if (vendor === "json-as-audio") {
    const text = errorBody({ status: 200, message: "The voice could not be loaded.", type: "server_error" });
    return answerText(exchange, 200, { "content-type": sound.contentType }, text);
  }
  if (body.stream_format === "sse" && vendor !== "ignores-stream-format") await sendEvents(answer, sound, vendor);
  else await sendBytes(answer, sound, vendor);
}

function createSound({ options, body }: SpeechAnswer, vendor: string | undefined): Sound {
  const { sampleRate: asked = 24_000, encoding, msPerCharacter } = options;
  const sampleRate = vendor === "other-sample-rate" ? Math.round((asked * 2) / 3) : asked;
  const text = String(body.input);
  const pace = (msPerCharacter ?? 1000 / 15) / (typeof body.speed === "number" ? body.speed : 1);
  const speech = createFakeSpeech(vendor === "audio-twice" ? `${text} ${text}` : text, { sampleRate, encoding, msPerCharacter: pace });
  const wantsWav = body.response_format === "wav";
  const isWav = vendor === "ignores-response-format" ? !wantsWav : wantsWav;
  return { speech, wav: isWav ? wavParts(sampleRate, speech.byteLength, vendor) : undefined, contentType: wantsWav ? "audio/wav" : "audio/pcm" };
}

async function sendBytes(answer: SpeechAnswer, { speech, wav, contentType }: Sound, vendor: string | undefined): Promise<void> {
  const { exchange, options, seen, fault } = answer;
  const { response } = exchange;
  if (vendor === "mp3-instead") {
    response.writeHead(200, { "content-type": "audio/mpeg" });
    return sendBody(exchange, silentMp3(speech.durationMs), fault, seen);
  }
  const framing: BodyFraming = { head: wav?.head, tail: wav?.tail, wrap: wav?.wrap, raggedSeed: options.raggedSeed };
  response.statusCode = 200;
  if (vendor !== "no-content-type") response.setHeader("content-type", vendor === "wrong-content-type" ? "text/plain; charset=utf-8" : contentType);
  if (options.transfer === "until-close") {
    response.removeHeader("transfer-encoding");
    response.setHeader("connection", "close");
  } else if (options.transfer === "content-length" && wav?.wrap === undefined) {
    const audioBytes = fault?.kind === "empty" ? 0 : speech.byteLength;
    response.setHeader("content-length", audioBytes + (wav?.head.length ?? 0) + (wav?.tail.length ?? 0));
  }
  await sendBody(exchange, blocks(answer, speech, undefined), fault, seen, framing);
}

async function sendEvents(answer: SpeechAnswer, { speech, wav }: Sound, vendor: string | undefined): Promise<void> {
  const { exchange, options, seen, fault } = answer;
  const writer = createSseWriter(options.sse ?? {});
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const part = (audio: Uint8Array | undefined): string => (audio === undefined || audio.length === 0 ? "" : writer.audio(audio));
  const framing: BodyFraming = {
    head: bytes(writer.start() + part(wav?.head)),
    wrap: (audio) => bytes(writer.audio(wav?.wrap?.(audio) ?? audio)),
    spoil: () => bytes(writer.broken()),
    tail: () => bytes(part(wav?.tail) + lastEvents(writer, seen, vendor)),
    raggedSeed: options.raggedSeed,
  };
  exchange.response.writeHead(200, { ...(vendor === "no-content-type" ? {} : { "content-type": vendor === "wrong-content-type" ? "text/plain" : "text/event-stream" }), "cache-control": "no-cache" });
  // Blocks that are cut at any byte would give each a WAV of its own inside a sample.
  const raggedSeed = wav?.wrap === undefined ? options.raggedSeed : undefined;
  const stopAt = vendor === "error-event" && fault?.kind === "vendor" ? (fault.afterBytes ?? Math.floor(speech.byteLength / 2)) : Infinity;
  await sendBody(exchange, upTo(blocks(answer, speech, raggedSeed), stopAt), fault, seen, framing);
}

function lastEvents(writer: SseWriter, seen: FakeRequest, vendor: string | undefined): string {
  if (vendor === "no-done-event") return writer.end();
  if (vendor === "error-event") return writer.event(errorEvent) + writer.end();
  const usage = { input_tokens: Math.ceil(seen.text.length / 4), output_tokens: seen.text.length, total_tokens: Math.ceil(seen.text.length / 4) + seen.text.length };
  return writer.event({ type: "speech.audio.done", [vendor === "done-token-usage" ? "token_usage" : "usage"]: usage }) + writer.end();
}

/** As a compatible server was seen to send it; OpenAI's own form is not documented. */
export const errorEvent: Readonly<Record<string, string>> = { type: "error", error: "a coroutine was expected, got None" };

function blocks({ exchange, options }: SpeechAnswer, speech: FakeSpeech, raggedSeed: number | undefined): AsyncIterable<Uint8Array> {
  const { blockMs = 100, firstAudioMs, realTimeFactor } = options;
  return byteBlocks(speech, { blockMs, raggedSeed, firstAudioMs, realTimeFactor, signal: exchange.gone });
}

async function* upTo(pieces: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0;
  for await (const piece of pieces) {
    if (at >= limit) return;
    yield piece.subarray(0, limit - at);
    at += piece.length;
  }
}

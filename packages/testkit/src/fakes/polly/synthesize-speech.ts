import { sleep } from "../../proxy/sleep.ts";
import { createRandom } from "../../random.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import { byteBlocks, raggedPieces } from "../shared/byte-blocks.ts";
import { createFakeSpeech } from "../shared/fake-speech.ts";
import { endRequest } from "../shared/fake-request.ts";
import { answerInstead, answerRefusal, beginAnswer } from "./polly-answers.ts";
import { createPollyDelivery, type PollyOutlet } from "./polly-delivery.ts";
import type { PollyExchange } from "./polly-exchange.ts";
import { pollyMarks, type PollyMark } from "./polly-marks.ts";
import type { PollySettings } from "./polly-options.ts";
import { readParameters, type AskedParameters, type PollyParameters } from "./polly-parameters.ts";
import { refusal, type PollyRefusal } from "./polly-refusal.ts";
import { recordRequest, type FakePollyRequest } from "./polly-request.ts";
import { checkSignature } from "./polly-signature.ts";
import { readPollyProsody, withGain } from "./polly-prosody.ts";
import { readPollyText, type PollyText } from "./polly-text.ts";

/** How far the times of marks, or the audio, move apart with the fault "marks-drift". */
const driftFactor = 1.15;

/** Answers `POST /v1/speech`: audio, or marks. The body is as long as it turns out to be: no length is told. */
export async function synthesizeSpeech(exchange: PollyExchange, settings: PollySettings, requests: FakePollyRequest[]): Promise<void> {
  const asked = readBody(await exchange.body());
  const { Text: text, ...parameters } = asked ?? {};
  const spoken = typeof text === "string" ? text : "";
  const voice = typeof asked?.VoiceId === "string" ? asked.VoiceId : undefined;
  const seen = recordRequest(exchange, { index: requests.length, operation: "SynthesizeSpeech", text: spoken, voice, parameters });
  requests.push(seen);
  const denied = asked === undefined ? refusal("SerializationException") : checkSignature(exchange.headers, settings.key);
  if (denied !== undefined) return refuse(exchange, seen, denied);
  const fault = settings.fault(seen, seen.index);
  if (await answerInstead(exchange, fault)) return endRequest(seen, "failed");
  const checked = readParameters(parameters, settings);
  if ("status" in checked) return refuse(exchange, seen, checked);
  const read = readPollyText(spoken, { ssml: checked.ssml, engine: checked.engine, limits: settings.textLimits });
  if ("status" in read) return refuse(exchange, seen, read);
  await deliver({ exchange, seen, fault, settings }, checked, read);
}

function readBody(body: string): (AskedParameters & { Text?: unknown }) | undefined {
  try {
    const read: unknown = JSON.parse(body);
    return typeof read === "object" && read !== null ? read : undefined;
  } catch {
    return undefined;
  }
}

async function refuse(exchange: PollyExchange, seen: FakePollyRequest, refused: PollyRefusal): Promise<void> {
  await answerRefusal(exchange, refused);
  endRequest(seen, "failed");
}

interface Answer {
  exchange: PollyExchange;
  seen: FakePollyRequest;
  fault: FakeFault | undefined;
  settings: PollySettings;
}

async function deliver({ exchange, seen, fault, settings }: Answer, { format, sampleRate, contentType, markTypes }: PollyParameters, text: PollyText): Promise<void> {
  const drift = fault?.kind === "vendor" && fault.name === "marks-drift" ? driftFactor : 1;
  const { encoding, msPerCharacter = 1000 / 15 } = settings.speech;
  const { rate, gain } = readPollyProsody(text.source);
  const pace = (format === undefined ? msPerCharacter : msPerCharacter * drift) / rate;
  const spoken = createFakeSpeech(text.text, { sampleRate, format, encoding: format === "mulaw" || format === "alaw" ? "tones" : encoding, msPerCharacter: pace });
  const speech = withGain(spoken, gain);
  beginAnswer(exchange, 200, { "content-type": contentType, "x-amzn-requestcharacters": String(text.billed) });
  const marks = format === undefined;
  const delivery = createPollyDelivery({ exchange, seen, fault, outlet: marks ? lineOutlet(exchange) : bareOutlet(exchange) });
  const pieces = marks ? lines(pollyMarks(text, speech, { types: markTypes, stretch: drift }), settings, exchange.gone) : byteBlocks(speech, { ...settings.blocks, signal: exchange.gone });
  for await (const piece of pieces) {
    if (!(await delivery.send(piece))) return;
  }
  await delivery.finish();
}

function bareOutlet(exchange: PollyExchange): PollyOutlet {
  return { send: (bytes) => exchange.write(bytes) };
}

function lineOutlet(exchange: PollyExchange): PollyOutlet {
  return { ...bareOutlet(exchange), sendBroken: () => exchange.write(Buffer.from('{"time":12,"type":"wo\n', "utf8")) };
}

/** Marks as lines of JSON, at the pace of the audio; cut anywhere where audio would be. */
async function* lines(marks: readonly PollyMark[], { blocks }: PollySettings, gone: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const { firstAudioMs = 0, realTimeFactor = 0, raggedSeed } = blocks;
  const startedAtMs = performance.now();
  const random = raggedSeed === undefined ? undefined : createRandom(raggedSeed);
  for (const mark of marks) {
    await sleep(startedAtMs + firstAudioMs + mark.time * realTimeFactor - performance.now(), gone);
    const line = Buffer.from(`${JSON.stringify(mark)}\n`, "utf8");
    if (random === undefined) yield line;
    else yield* raggedPieces(line, random, line.length);
  }
}

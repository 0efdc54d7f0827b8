import type { IncomingHttpHeaders } from "node:http";
import { endRequest } from "../shared/fake-request.ts";
import { createEventMessageReader } from "./event-stream.ts";
import { answerInstead, answerRefusal, beginAnswer } from "./polly-answers.ts";
import { createPollyDelivery, refusalOfFault } from "./polly-delivery.ts";
import type { PollyExchange } from "./polly-exchange.ts";
import type { PollySettings } from "./polly-options.ts";
import { readParameters, type AskedParameters, type PollyParameters } from "./polly-parameters.ts";
import { refusal, type PollyRefusal } from "./polly-refusal.ts";
import { recordRequest, type FakePollyInputEvent, type FakePollyRequest } from "./polly-request.ts";
import { checkSignature } from "./polly-signature.ts";
import { readPollyText } from "./polly-text.ts";
import { eventOutlet, invalidField, readInputEvent } from "./stream-events.ts";
import { createStreamSpeaker, type StreamSpeaker } from "./stream-speaker.ts";

const signedEvents = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

/**
 * Answers `POST /v1/synthesisStream`: text events in, audio events out. What the documentation leaves open is decided here, unverified: a
 * time limit ends the stream at once, audio that is not made yet is lost; input that ends without `CloseStreamEvent` runs into the limit;
 * white space counts as text, and ends a word.
 */
export async function answerSynthesisStream(exchange: PollyExchange, settings: PollySettings, requests: FakePollyRequest[]): Promise<void> {
  const asked = readHeaders(exchange.headers);
  const voice = typeof asked.VoiceId === "string" ? asked.VoiceId : undefined;
  const seen = recordRequest(exchange, { index: requests.length, operation: "StartSpeechSynthesisStream", text: "", voice, parameters: { ...asked } });
  requests.push(seen);
  const denied = checkSignature(exchange.headers, settings.key) ?? checkTransport(exchange);
  if (denied !== undefined) return refuse(exchange, seen, denied);
  const fault = settings.fault(seen, seen.index);
  if (await answerInstead(exchange, fault)) return endRequest(seen, "failed");
  const parameters = readParameters(asked, settings);
  const checked = "status" in parameters ? parameters : checkForStream(parameters);
  if ("status" in checked) return refuse(exchange, seen, checked);
  const { format, sampleRate } = checked;

  let billed = 0;
  const speaker = createStreamSpeaker({ format, sampleRate, settings, gone: exchange.gone });
  const delivery = createPollyDelivery({ exchange, seen, fault, outlet: eventOutlet(exchange, () => billed) });
  beginAnswer(exchange, 200, { "content-type": "application/vnd.amazon.eventstream" });
  const take = (event: FakePollyInputEvent): void => {
    seen.inputEvents.push(event);
    seen.text += event.text;
    if (event.text !== "") seen.firstTextAtMs ??= event.atMs;
    billed += takeEvent(event, { speaker, engine: checked.engine, limits: settings.textLimits });
  };
  const reading = readEvents(exchange, { settings, speaker, take });
  const audio = speaker.audio();
  let block = await audio.next();
  for (; block.done !== true; block = await audio.next()) {
    if (!(await delivery.send(block.value))) break;
  }
  if (block.done !== true) await audio.return(undefined);
  else if (block.value !== undefined) await delivery.refuse(block.value);
  else if (!exchange.gone.aborted) await delivery.finish();
  await reading;
}

async function refuse(exchange: PollyExchange, seen: FakePollyRequest, refused: PollyRefusal): Promise<void> {
  await answerRefusal(exchange, refused);
  endRequest(seen, "failed");
}

function readHeaders(headers: IncomingHttpHeaders): AskedParameters {
  const read = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    OutputFormat: read("x-amzn-outputformat"),
    VoiceId: read("x-amzn-voiceid"),
    Engine: read("x-amzn-engine"),
    LanguageCode: read("x-amzn-languagecode"),
    SampleRate: read("x-amzn-samplerate"),
    LexiconNames: read("x-amzn-lexiconnames")?.split(/,\s*/u),
  };
}

function checkTransport({ protocol, headers }: PollyExchange): PollyRefusal | undefined {
  if (protocol !== "HTTP/2") return refusal("ValidationException", { message: "This operation needs HTTP/2.", details: { reason: "unsupportedOperation" } });
  if (headers["x-amz-content-sha256"] !== signedEvents) return refusal("InvalidSignatureException", { message: `x-amz-content-sha256 must be ${signedEvents}.` });
  return headers["content-type"] === "application/vnd.amazon.eventstream" ? undefined : refusal("ValidationException", { message: "The content type must be application/vnd.amazon.eventstream." });
}

function checkForStream(parameters: PollyParameters): (PollyParameters & { format: NonNullable<PollyParameters["format"]> }) | PollyRefusal {
  const { engine, format } = parameters;
  if (engine !== "generative") return refusal("ValidationException", { message: "Only the generative engine streams both ways.", details: { reason: "unsupportedOperation" } });
  return format === undefined ? refusal("ValidationException", { message: "Marks are not streamed." }) : { ...parameters, format };
}

/** Speaks one event. Gives the characters that it costs. */
function takeEvent(event: FakePollyInputEvent, { speaker, engine, limits }: { speaker: StreamSpeaker; engine: PollyParameters["engine"]; limits: PollySettings["textLimits"] }): number {
  if (event.type === "CloseStreamEvent") {
    speaker.close();
    return 0;
  }
  const ssml = event.textType === "ssml";
  const read = readPollyText(event.text, { ssml, engine, limits });
  if ("status" in read) {
    speaker.fail(invalidField("Text", read.message));
    return 0;
  }
  // A document of SSML stands alone: what came before it is spoken, and its own last word too.
  if (ssml) speaker.flush();
  speaker.add(read.text);
  if (ssml || event.flush) speaker.flush();
  return read.billed;
}

interface EventReading {
  settings: PollySettings;
  speaker: StreamSpeaker;
  take(event: FakePollyInputEvent): void;
}

/** Reads events until the client closes the stream or goes away, and ends the stream when its time is over. */
async function readEvents(exchange: PollyExchange, { settings, speaker, take }: EventReading): Promise<void> {
  const reader = createEventMessageReader();
  const runOut = (quotaCode: string): void => speaker.fail(refusalOfFault(quotaCode) ?? refusal("ServiceQuotaExceededException"));
  const life = setTimeout(runOut, settings.streamTimeoutMs, "input-stream-timeout");
  const silence = setTimeout(runOut, settings.inboundEventTimeoutMs, "input-stream-inbound-event-timeout");
  const stop = (): void => {
    clearTimeout(life);
    clearTimeout(silence);
  };
  exchange.gone.addEventListener("abort", stop, { once: true });
  let closed = false;
  for await (const bytes of exchange.input()) {
    for (const message of closed ? [] : reader.push(bytes)) {
      const event = readInputEvent(message);
      if (event === undefined) continue;
      silence.refresh();
      if ("status" in event) speaker.fail(event);
      else if (!closed) take(event);
      if ("type" in event && event.type === "CloseStreamEvent") {
        closed = true;
        clearTimeout(silence);
      }
    }
  }
}

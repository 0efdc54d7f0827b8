import { decodeEventMessage, encodeEventMessage, type BrokenMessage, type EventMessage } from "./event-stream.ts";
import type { PollyOutlet } from "./polly-delivery.ts";
import type { PollyExchange } from "./polly-exchange.ts";
import { refusal, refusalBody, type PollyRefusal } from "./polly-refusal.ts";
import type { FakePollyInputEvent } from "./polly-request.ts";

const json = "application/json";

/** The answer of the two-way stream: audio and ends as events. `characters` is asked when the stream ends. */
export function eventOutlet(exchange: PollyExchange, characters: () => number): PollyOutlet {
  const sendEvent = (type: string, contentType: string, body: Uint8Array): Promise<void> => exchange.write(eventBytes(type, contentType, body));
  return {
    send: (bytes) => sendEvent("AudioEvent", "application/octet-stream", bytes),
    sendBroken() {
      const broken = eventBytes("AudioEvent", "application/octet-stream", new Uint8Array(64));
      broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 0xff;
      return exchange.write(broken);
    },
    sendPart: () => exchange.write(eventBytes("AudioEvent", "application/octet-stream", new Uint8Array(640)).subarray(0, 200)),
    sendRefusal(refused) {
      const headers = { ":message-type": "exception", ":exception-type": refused.name, ":content-type": json };
      return exchange.write(encodeEventMessage({ headers, body: Buffer.from(refusalBody(refused), "utf8") }));
    },
    sendUnknown: () => sendEvent("AmbienceEvent", json, Buffer.from('{"Level":3}', "utf8")),
    sendEnd: () => sendEvent("StreamClosedEvent", json, Buffer.from(JSON.stringify({ RequestCharacters: characters() }), "utf8")),
  };
}

function eventBytes(type: string, contentType: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeEventMessage({ headers: { ":message-type": "event", ":event-type": type, ":content-type": contentType }, body });
}

/** Reads what a client sent: a signed message around an event. Undefined: the empty message that closes the signed stream. */
export function readInputEvent(message: EventMessage | BrokenMessage): FakePollyInputEvent | PollyRefusal | undefined {
  if ("broken" in message) return invalidEvent(message.broken);
  const { headers, body } = message;
  const signature = headers[":chunk-signature"];
  const isSigned = headers[":date"] instanceof Date && signature instanceof Uint8Array && signature.length === 32;
  if (!isSigned) return invalidEvent("An event is not signed: it needs :date and 32 bytes of :chunk-signature.");
  if (body.length === 0) return undefined;
  const inner = decodeEventMessage(body);
  if (inner?.headers[":message-type"] !== "event") return invalidEvent("A signed message holds no event.");
  const type = inner.headers[":event-type"];
  const fields = readJson(inner.body);
  if (fields === undefined) return invalidEvent("The body of an event is no JSON object.");
  if (type === "CloseStreamEvent") return { type, atMs: performance.now(), text: "", textType: "text", flush: false };
  if (type !== "TextEvent") return invalidEvent(`An event of the type "${String(type)}" is not known here.`);
  return readTextEvent(fields);
}

function readTextEvent(fields: Readonly<Record<string, unknown>>): FakePollyInputEvent | PollyRefusal {
  const { Text: text, TextType: textType = "text", FlushStreamConfiguration: flush } = fields;
  if (typeof text !== "string") return invalidField("Text", "Text is required.");
  if (textType !== "text" && textType !== "ssml") return invalidField("TextType", "TextType is text or ssml.");
  const force = typeof flush === "object" && flush !== null && "Force" in flush && flush.Force === true;
  return { type: "TextEvent", atMs: performance.now(), text, textType, flush: force };
}

function readJson(body: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    return typeof read === "object" && read !== null ? { ...read } : undefined;
  } catch {
    return undefined;
  }
}

function invalidEvent(message: string): PollyRefusal {
  return refusal("ValidationException", { message, details: { reason: "invalidInboundEvent" } });
}

/** An event with a field that is not taken. */
export function invalidField(name: string, message: string): PollyRefusal {
  return refusal("ValidationException", { message, details: { reason: "fieldValidationFailed", fields: [{ name, message }] } });
}

import { connect, type ClientHttp2Stream } from "node:http2";
import { StartSpeechSynthesisStreamCommand, type StartSpeechSynthesisStreamActionStream } from "@aws-sdk/client-polly";
import { describe, expect, it } from "vitest";
import { assertSpoken } from "../../words/decode-words.ts";
import { numberedText } from "../../words/spoken-word.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import { createEventMessageReader, encodeEventMessage, type EventMessage } from "./event-stream.ts";
import type { FakePolly, FakePollyOptions } from "./polly-options.ts";
import { samplesOf, takeEvents, until, withPolly, type StreamTaken } from "./polly.test-helper.ts";

const text = numberedText({ words: 40 });
const afterBytes = 5001;

async function* allText(): AsyncGenerator<StartSpeechSynthesisStreamActionStream> {
  yield { TextEvent: { Text: text } };
  yield { CloseStreamEvent: {} };
}

/** What the vendor's client makes of a fault. */
async function streamWith(fault: FakeFault, options: FakePollyOptions = {}): Promise<StreamTaken> {
  const found: StreamTaken[] = [];
  await withPolly({ ...options, fault: () => fault }, async (polly, client) => {
    const calledOff = new AbortController();
    const sent = client.send(new StartSpeechSynthesisStreamCommand({ Engine: "generative", VoiceId: "Ruth", OutputFormat: "pcm", ActionStream: allText() }), { abortSignal: calledOff.signal });
    found.push(
      await sent.then(
        ({ EventStream }) => takeEvents(EventStream),
        (error: unknown) => ({ audio: Buffer.alloc(0), closed: undefined, unknown: 0, error }),
      ),
    );
    // The client lets a request go on whose answer it could not read; only the signal ends it.
    if (fault.kind === "malformed") calledOff.abort();
    await until(() => polly.requests[0]!.state !== "active");
    expect(polly.requests[0]!.audioBytes).toBeGreaterThanOrEqual(found[0]!.audio.length);
  });
  return found[0]!;
}

describe("faults of the two-way stream, seen by the vendor's client", () => {
  it("an early end is a normal end without StreamClosedEvent", async () => {
    expect(await streamWith({ kind: "early-end", afterBytes })).toMatchObject({ audio: { length: afterBytes }, closed: undefined, error: undefined });
  });

  it.each<[FakeFault, RegExp]>([
    [{ kind: "vendor", name: "hang-up", afterBytes }, /Truncated event message/u],
    [{ kind: "cut", afterBytes }, /Truncated event message/u],
    [{ kind: "reset", afterBytes }, /NGHTTP2_INTERNAL_ERROR/u],
    [{ kind: "reset", afterBytes, code: 7 }, /NGHTTP2_REFUSED_STREAM/u],
    [{ kind: "vendor", name: "goaway", afterBytes }, /Session closed with error code 2/u],
    [{ kind: "malformed", afterBytes }, /checksum/u],
  ])("%o is an error without a type", async (fault, message) => {
    const { audio, closed, error } = await streamWith(fault);
    expect([audio.length, closed]).toEqual([afterBytes, undefined]);
    expect(error).toMatchObject({ name: "Error", message: expect.stringMatching(message) });
  });

  it.each<[string, object]>([
    ["ThrottlingException", { throttlingReasons: [{ reason: expect.any(String), resource: expect.any(String) }] }],
    ["ServiceFailureException", { $fault: "server" }],
    ["ValidationException", { reason: "other" }],
    ["ServiceQuotaExceededException", { serviceCode: "polly" }],
  ])("%s in the middle is thrown by the loop", async (name, more) => {
    const { audio, closed, error } = await streamWith({ kind: "vendor", name, afterBytes });
    expect([audio.length, closed]).toEqual([afterBytes, undefined]);
    expect(error).toMatchObject({ name, ...more });
  });

  it.each(["input-stream-timeout", "input-stream-inbound-event-timeout"])("%s comes on demand", async (quotaCode) => {
    expect((await streamWith({ kind: "vendor", name: quotaCode, afterBytes })).error).toMatchObject({ name: "ServiceQuotaExceededException", quotaCode });
  });

  it.each<[FakeFault, object]>([
    [{ kind: "vendor", name: "ThrottlingException" }, { name: "ThrottlingException", $metadata: { httpStatusCode: 400 } }],
    [{ kind: "status", status: 503 }, { name: "ServiceFailureException", $metadata: { httpStatusCode: 503 } }],
    [{ kind: "wrong-body", content: "json" }, { message: expect.stringMatching(/Truncated event message/u) }],
    [{ kind: "wrong-body", content: "html" }, { message: expect.stringMatching(/event message/u) }],
    [{ kind: "wrong-body", content: "sse-error" }, { message: expect.stringMatching(/event message/u) }],
  ])("%o is thrown by send", async (fault, expected) => {
    const { audio, error } = await streamWith(fault);
    expect(audio.length).toBe(0);
    expect(error).toMatchObject(expected);
  });

  it("events of unknown types pass, and nothing is lost", async () => {
    const { audio, closed, error } = await streamWith({ kind: "vendor", name: "unknown-event", afterBytes });
    expect([closed, error]).toEqual([text.length, undefined]);
    assertSpoken(samplesOf(audio), 16_000, text, { encoding: "exact" });
  });

  it("empty is an end without audio", async () => {
    expect(await streamWith({ kind: "empty" })).toMatchObject({ audio: { length: 0 }, closed: text.length, error: undefined });
  });

  it("drip gives one byte in each event", async () => {
    const { audio, closed } = await streamWith({ kind: "drip", everyMs: 0 }, { msPerCharacter: 0.5 });
    expect(closed).toBe(text.length);
    assertSpoken(samplesOf(audio), 16_000, text, { encoding: "exact" });
  });

  it.each<[FakeFault, number]>([
    [{ kind: "stall", afterBytes }, afterBytes],
    [{ kind: "no-end-marker" }, 330_682],
  ])("%o: nothing comes any more, until the client gives up", async (fault, bytes) => {
    await withPolly({ fault: () => fault }, async (polly, client) => {
      const calledOff = new AbortController();
      const { EventStream } = await client.send(new StartSpeechSynthesisStreamCommand({ Engine: "generative", VoiceId: "Ruth", OutputFormat: "pcm", ActionStream: allText() }), { abortSignal: calledOff.signal });
      const taking = takeEvents(EventStream);
      await until(() => polly.requests[0]!.audioBytes === bytes);
      expect(polly.requests[0]!.state).toBe("active");
      calledOff.abort();
      await until(() => polly.requests[0]!.state === "called-off");
      expect(await taking).toMatchObject({ closed: undefined });
    });
  });

  it("no answer: send waits, until the client gives up", async () => {
    await withPolly({ fault: () => ({ kind: "no-answer" }) }, async (polly, client) => {
      const calledOff = new AbortController();
      const sent = client.send(new StartSpeechSynthesisStreamCommand({ Engine: "generative", VoiceId: "Ruth", OutputFormat: "pcm", ActionStream: allText() }), { abortSignal: calledOff.signal });
      await until(() => polly.requests.length === 1);
      calledOff.abort();
      await expect(sent).rejects.toMatchObject({ name: "AbortError" });
      await until(() => polly.requests[0]!.state === "called-off");
    });
  });
});

describe("input that is wrong, sent by a bare client of HTTP/2", () => {
  const inner = encodeEventMessage({ headers: { ":message-type": "event", ":event-type": "TextEvent", ":content-type": "application/json" }, body: Buffer.from('{"Text":"w1 "}') });
  const signature = { ":date": new Date(0), ":chunk-signature": new Uint8Array(32) };

  function open(polly: FakePolly, headers: Record<string, string> = {}): { stream: ClientHttp2Stream; answer: Promise<EventMessage>; end(): void } {
    const session = connect(polly.url);
    const stream = session.request({
      ":method": "POST",
      ":path": "/v1/synthesisStream",
      authorization: `AWS4-HMAC-SHA256 Credential=ID/20261120/us-east-1/polly/aws4_request, SignedHeaders=:authority, Signature=${"0".repeat(64)}`,
      "x-amz-date": "20261120T000000Z",
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-EVENTS",
      "content-type": "application/vnd.amazon.eventstream",
      "x-amzn-engine": "generative",
      "x-amzn-outputformat": "pcm",
      "x-amzn-voiceid": "Ruth",
      ...headers,
    });
    const reader = createEventMessageReader();
    const answer = new Promise<EventMessage>((resolve) => {
      stream.on("data", (bytes: Buffer) => {
        for (const message of reader.push(bytes)) if ("headers" in message && message.headers[":message-type"] === "exception") resolve(message);
      });
    });
    return { stream, answer, end: () => session.destroy() };
  }

  it.each<[string, Uint8Array]>([
    ["an event that is not signed", inner],
    ["an event that is not signed whole", encodeEventMessage({ headers: { ":date": new Date(0), ":chunk-signature": new Uint8Array(31) }, body: inner })],
    ["a signed message that holds no event", encodeEventMessage({ headers: signature, body: Buffer.from("{}") })],
    ["an event of another type", encodeEventMessage({ headers: signature, body: encodeEventMessage({ headers: { ":message-type": "event", ":event-type": "AudioEvent" }, body: Buffer.from("{}") }) })],
    ["an event that is no JSON", encodeEventMessage({ headers: signature, body: encodeEventMessage({ headers: { ":message-type": "event", ":event-type": "TextEvent" }, body: Buffer.from("{") }) })],
    ["bytes that are no message", new Uint8Array(64)],
  ])("%s is refused in the stream", async (_, bytes) => {
    await withPolly({}, async (polly) => {
      const { stream, answer, end } = open(polly);
      stream.write(bytes);
      const { headers, body } = await answer;
      expect(headers[":exception-type"]).toBe("ValidationException");
      expect(JSON.parse(Buffer.from(body).toString("utf8"))).toMatchObject({ reason: "invalidInboundEvent" });
      end();
    });
  });

  it("an event without text is refused in the stream", async () => {
    await withPolly({}, async (polly) => {
      const { stream, answer, end } = open(polly);
      stream.write(encodeEventMessage({ headers: signature, body: encodeEventMessage({ headers: { ":message-type": "event", ":event-type": "TextEvent" }, body: Buffer.from("{}") }) }));
      expect(JSON.parse(Buffer.from((await answer).body).toString("utf8"))).toMatchObject({ reason: "fieldValidationFailed", fields: [{ name: "Text" }] });
      end();
    });
  });

  it("a stream whose events are not signed is refused", async () => {
    await withPolly({}, async (polly) => {
      const { stream, end } = open(polly, { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" });
      const headers = await new Promise((resolve) => stream.once("response", resolve));
      expect(headers).toMatchObject({ ":status": 403, "x-amzn-errortype": "InvalidSignatureException" });
      end();
    });
  });
});

import { StartSpeechSynthesisStreamCommand, type PollyClient, type StartSpeechSynthesisStreamActionStream, type StartSpeechSynthesisStreamCommandInput, type TextEvent } from "@aws-sdk/client-polly";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, it } from "vitest";
import { assertSpoken } from "../../words/decode-words.ts";
import { numberedText } from "../../words/spoken-word.ts";
import { companded, samplesOf, takeEvents, until, withPolly, type StreamTaken } from "./polly.test-helper.ts";

const text = numberedText({ words: 40 });
const exact = { encoding: "exact" } as const;
const close: StartSpeechSynthesisStreamActionStream = { CloseStreamEvent: {} };

function textEvent(event: TextEvent): StartSpeechSynthesisStreamActionStream {
  return { TextEvent: event };
}

async function* actions(pieces: readonly (string | StartSpeechSynthesisStreamActionStream)[]): AsyncGenerator<StartSpeechSynthesisStreamActionStream> {
  for (const piece of pieces) yield typeof piece === "string" ? textEvent({ Text: piece }) : piece;
}

/** Yields `first`, then `rest` when it is told to. */
function gated(first: readonly (string | StartSpeechSynthesisStreamActionStream)[], rest: readonly (string | StartSpeechSynthesisStreamActionStream)[] = []) {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  async function* stream(): AsyncGenerator<StartSpeechSynthesisStreamActionStream> {
    yield* actions(first);
    await opened;
    yield* actions(rest);
  }
  return { stream: stream(), open };
}

function command(ActionStream: AsyncIterable<StartSpeechSynthesisStreamActionStream>, changes: Partial<StartSpeechSynthesisStreamCommandInput> = {}) {
  return new StartSpeechSynthesisStreamCommand({ Engine: "generative", VoiceId: "Ruth", OutputFormat: "pcm", SampleRate: "16000", ...changes, ActionStream });
}

async function stream(client: PollyClient, ActionStream: AsyncIterable<StartSpeechSynthesisStreamActionStream>, changes: Partial<StartSpeechSynthesisStreamCommandInput> = {}): Promise<StreamTaken> {
  // The client hands the stream over when its first event is there; if that is an exception, `send` throws it.
  return client.send(command(ActionStream, changes)).then(
    ({ EventStream }) => takeEvents(EventStream),
    (error: unknown) => ({ audio: Buffer.alloc(0), closed: undefined, unknown: 0, error }),
  );
}

function cut(source: string, size: number): string[] {
  return Array.from({ length: Math.ceil(source.length / size) }, (_, index) => source.slice(index * size, (index + 1) * size));
}

describe("the two-way stream, driven by the vendor's client", () => {
  it.each([1, 3, 1000])("speaks text that comes in pieces of %i characters", async (size) => {
    await withPolly({ raggedSeed: size }, async (polly, client) => {
      const { audio, closed, error } = await stream(client, actions([...cut(text, size), close]));
      expect([error, closed]).toEqual([undefined, text.length]);
      assertSpoken(samplesOf(audio), 16_000, text, exact);
      await until(() => polly.requests[0]?.state === "finished");
      expect(polly.requests[0]).toMatchObject({ text, voice: "Ruth", operation: "StartSpeechSynthesisStream", audioBytes: audio.length, parameters: { Engine: "generative", OutputFormat: "pcm", SampleRate: "16000" } });
      expect(polly.requests[0]!.inputEvents.map(({ type }) => type)).toEqual([...cut(text, size).map(() => "TextEvent"), "CloseStreamEvent"]);
    });
  });

  it("speaks whole words at once, and the last one when it is flushed", async () => {
    await withPolly({}, async (polly, client) => {
      const { stream: input, open } = gated(["w1 w2 w", textEvent({ Text: "3", FlushStreamConfiguration: { Force: true } })], ["w4", close]);
      const taking = stream(client, input);
      await until(() => polly.requests[0]?.inputEvents.length === 2);
      await until(() => polly.requests[0]!.audioBytes === 2 * 3 * 3200);
      open();
      const { audio, closed } = await taking;
      assertSpoken(samplesOf(audio), 16_000, "w1 w2 w3 w4", exact);
      expect(closed).toBe(10);
      expect(polly.requests[0]!.firstTextAtMs).toBeLessThan(polly.requests[0]!.firstAudioAtMs!);
    });
  });

  it("speaks a document of SSML that comes whole, between texts", async () => {
    await withPolly({}, async (_, client) => {
      const { audio, closed } = await stream(client, actions(["w1", textEvent({ Text: "<speak>w2 <prosody rate='slow'>w3</prosody></speak>", TextType: "ssml" }), "w4", close]));
      assertSpoken(samplesOf(audio), 16_000, "w1 w2 w3 w4", exact);
      expect(closed).toBe(9);
    });
  });

  it("comes as mulaw too", async () => {
    await withPolly({}, async (_, client) => {
      const { audio } = await stream(client, actions([text, close]), { OutputFormat: "mulaw", SampleRate: "8000" });
      assertSpoken(companded(audio, "mulaw"), 8000, text);
    });
  });

  it("is kept alive by empty text, and ends without it", async () => {
    await withPolly({ inboundEventTimeoutMs: 80 }, async (polly, client) => {
      async function* keptAlive(): AsyncGenerator<StartSpeechSynthesisStreamActionStream> {
        yield textEvent({ Text: "w1 w" });
        for (let index = 0; index < 8; index += 1) {
          await new Promise((resolve) => setTimeout(resolve, 25));
          yield textEvent({ Text: "" });
        }
        yield textEvent({ Text: "2" });
        yield close;
      }
      const alive = await stream(client, keptAlive());
      expect(alive.error).toBeUndefined();
      assertSpoken(samplesOf(alive.audio), 16_000, "w1 w2", exact);

      const { stream: input, open } = gated(["w1 "]);
      const ended = await stream(client, input);
      open();
      assertSpoken(samplesOf(ended.audio), 16_000, "w1", exact);
      expect(ended.error).toMatchObject({ name: "ServiceQuotaExceededException", quotaCode: "input-stream-inbound-event-timeout", serviceCode: "polly" });
      expect(ended.closed).toBeUndefined();
      expect(polly.requests[1]!.state).toBe("failed");
    });
  });

  it("ends when its time is over", async () => {
    await withPolly({ streamTimeoutMs: 60 }, async (_, client) => {
      const { stream: input, open } = gated(["w1 "]);
      expect((await stream(client, input)).error).toMatchObject({ name: "ServiceQuotaExceededException", quotaCode: "input-stream-timeout" });
      open();
    });
  });

  it("runs into the limit when input ends without CloseStreamEvent", async () => {
    await withPolly({ inboundEventTimeoutMs: 40 }, async (_, client) => {
      expect((await stream(client, actions(["w1 "]))).error).toMatchObject({ quotaCode: "input-stream-inbound-event-timeout" });
    });
  });

  it.each<[string, TextEvent]>([
    ["is too long", { Text: "a".repeat(3001) }],
    ["is half a document", { Text: "<speak>w1", TextType: "ssml" }],
  ])("refuses an event that %s", async (_case, event) => {
    await withPolly({}, async (_, client) => {
      expect((await stream(client, actions([textEvent(event), close]))).error).toMatchObject({ name: "ValidationException", reason: "fieldValidationFailed", fields: [{ name: "Text", message: expect.any(String) }] });
    });
  });

  it("takes any number of texts that are not too long each", async () => {
    await withPolly({ msPerCharacter: 1 }, async (_, client) => {
      const long = numberedText({ words: 900 });
      const { audio, closed } = await stream(client, actions([...cut(long, 2900), close]));
      expect(closed).toBe(long.length);
      assertSpoken(samplesOf(audio), 16_000, long, exact);
    });
  });

  it.each<[string, Partial<StartSpeechSynthesisStreamCommandInput>]>([
    ["ValidationException", { Engine: "neural" }],
    ["ValidationException", { OutputFormat: "json" }],
    ["EngineNotSupportedException", { VoiceId: "Ivy" }],
    ["LanguageNotSupportedException", { LanguageCode: "de-DE" }],
    ["InvalidSampleRateException", { SampleRate: "44100" }],
    ["LexiconNotFoundException", { LexiconNames: ["mine", "yours"] }],
  ])("is refused: %s for %o", async (name, changes) => {
    await withPolly({}, async (polly, client) => {
      expect((await stream(client, actions([text, close]), changes)).error).toMatchObject({ name });
      await until(() => polly.requests[0]?.state === "failed");
    });
  });

  it("is refused with another key, and over HTTP/1.1", async () => {
    await withPolly({ key: "another" }, async (_, client) => {
      expect((await stream(client, actions([text, close]))).error).toMatchObject({ name: "UnrecognizedClientException" });
    });
    await withPolly(
      {},
      async (_, client) => {
        expect((await stream(client, actions([text, close]))).error).toMatchObject({ name: "ValidationException", reason: "unsupportedOperation" });
      },
      { requestHandler: new NodeHttpHandler() },
    );
  });

  it("notes when it is called off by signal, and hears nothing when the loop is left", async () => {
    await withPolly({ realTimeFactor: 0.2 }, async (polly, client) => {
      const calledOff = new AbortController();
      const { stream: input, open } = gated([text]);
      const { EventStream } = await client.send(command(input), { abortSignal: calledOff.signal });
      for await (const event of EventStream ?? []) if (event.AudioEvent !== undefined) break;
      await new Promise((resolve) => setTimeout(resolve, 60));
      // A fault of the vendor's client that engines must know of: only the signal ends the request.
      expect(polly.requests[0]!.state).toBe("active");
      calledOff.abort();
      await until(() => polly.requests[0]!.state === "called-off");
      expect(polly.requests[0]!.endedAtMs).toBeGreaterThan(polly.requests[0]!.firstAudioAtMs!);
      open();
    });
  });
});

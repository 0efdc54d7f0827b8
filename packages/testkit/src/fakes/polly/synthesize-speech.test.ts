import { connect } from "node:http2";
import { SynthesizeSpeechCommand, type PollyClient, type PollyClientConfig } from "@aws-sdk/client-polly";
import { NodeHttp2Handler, NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, it } from "vitest";
import { assertSpoken, decodeWords } from "../../words/decode-words.ts";
import { numberedText } from "../../words/spoken-word.ts";
import { createFakePolly } from "./fake-polly.ts";
import type { PollyMark } from "./polly-marks.ts";
import { companded, pcm16, samplesOf, speak, until, withPolly, type SpeechInput } from "./polly.test-helper.ts";

const text = numberedText({ words: 40 });
const transports: [string, () => PollyClientConfig][] = [
  ["HTTP/2", () => ({})],
  ["HTTP/1.1", () => ({ requestHandler: new NodeHttpHandler() })],
];

async function readMarks(client: PollyClient, input: SpeechInput): Promise<PollyMark[]> {
  const { bytes, error } = await speak(client, { OutputFormat: "json", SpeechMarkTypes: ["sentence", "word", "viseme"], SampleRate: undefined, ...input });
  expect(error).toBeUndefined();
  return bytes.toString("utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as PollyMark); // one line, one mark
}

/** What a mark points at, in bytes. */
function pointed(source: string, { start, end }: PollyMark): string {
  return Buffer.from(source, "utf8").subarray(start, end).toString("utf8");
}

describe.each(transports)("speech over %s, read by the vendor's client", (protocol, config) => {
  it("is the text, sample by sample", async () => {
    await withPolly(
      {},
      async (polly, client) => {
        const { bytes, error } = await speak(client, { Text: text });
        expect(error).toBeUndefined();
        assertSpoken(samplesOf(bytes), 16_000, text, { encoding: "exact" });
        await until(() => polly.requests[0]?.state === "finished");
        expect(polly.requests[0]).toMatchObject({ text, voice: "Joanna", protocol, operation: "SynthesizeSpeech", audioBytes: bytes.length, parameters: { Engine: "neural", SampleRate: "16000" } });
      },
      config(),
    );
  });

  it("comes in ragged pieces", async () => {
    await withPolly(
      { raggedSeed: 4, blockMs: 20 },
      async (_, client) => {
        const { AudioStream } = await client.send(new SynthesizeSpeechCommand({ ...pcm16, Text: text }));
        const pieces: Buffer[] = [];
        for await (const piece of AudioStream as unknown as AsyncIterable<Buffer>) pieces.push(piece);
        expect(pieces.some((piece) => piece.length % 2 === 1)).toBe(true);
        assertSpoken(samplesOf(Buffer.concat(pieces)), 16_000, text, { encoding: "exact" });
      },
      config(),
    );
  });

  it("notes when it is called off: by signal while it plays, and by a body that is destroyed", async () => {
    await withPolly(
      { realTimeFactor: 0.5 },
      async (polly, client) => {
        const calledOff = new AbortController();
        await client.send(new SynthesizeSpeechCommand({ ...pcm16, Text: text }), { abortSignal: calledOff.signal });
        await until(() => polly.requests[0]!.audioBytes > 0);
        calledOff.abort();
        await until(() => polly.requests[0]!.state === "called-off");
        expect(polly.requests[0]!.endedAtMs).toBeGreaterThan(polly.requests[0]!.firstAudioAtMs!);

        const { AudioStream } = await client.send(new SynthesizeSpeechCommand({ ...pcm16, Text: text }));
        (AudioStream as unknown as { destroy(): void }).destroy();
        await until(() => polly.requests[1]!.state === "called-off");
      },
      config(),
    );
  });
});

describe("speech of the fake, read by the vendor's client", () => {
  it("comes at 8,000 Hz, as mulaw and as alaw", async () => {
    await withPolly({}, async (_, client) => {
      const low = await speak(client, { Text: text, SampleRate: "8000" });
      assertSpoken(samplesOf(low.bytes), 8000, text, { encoding: "exact" });
      for (const OutputFormat of ["mulaw", "alaw"] as const) {
        const { AudioStream, ContentType } = await client.send(new SynthesizeSpeechCommand({ ...pcm16, OutputFormat, SampleRate: "8000", Text: text }));
        assertSpoken(companded(await AudioStream!.transformToByteArray(), OutputFormat), 8000, text);
        expect(ContentType).toBe(`audio/${OutputFormat}`);
      }
    });
  });

  it("tells the characters that are paid for, and no length", async () => {
    await withPolly({}, async (polly, client) => {
      const { RequestCharacters, ContentType, AudioStream } = await client.send(new SynthesizeSpeechCommand({ ...pcm16, TextType: "ssml", Text: "<speak>w1 w2</speak>" }));
      expect([RequestCharacters, ContentType]).toEqual([5, "audio/pcm"]);
      assertSpoken(samplesOf(await AudioStream!.transformToByteArray()), 16_000, "w1 w2", { encoding: "exact" });
      const session = connect(polly.url);
      const answer = session.request({ ":method": "POST", ":path": "/v1/speech" });
      const headers = await new Promise((resolve) => answer.end("{}").on("response", resolve));
      expect(headers).toMatchObject({ ":status": 403, "x-amzn-errortype": "MissingAuthenticationTokenException", "x-amzn-requestid": expect.any(String) });
      expect(headers).not.toHaveProperty("content-length");
      session.destroy();
    });
  });

  it("is right for 200 clients at once, on connections of their own and on one", async () => {
    for (const disableConcurrentStreams of [true, false]) {
      await withPolly(
        { msPerCharacter: 8 },
        async (polly, client) => {
          const texts = Array.from({ length: 200 }, (_, index) => numberedText({ words: 4, first: 4 * index }));
          await Promise.all(
            texts.map(async (said) => {
              const { bytes, error } = await speak(client, { Text: said });
              expect(error).toBeUndefined();
              assertSpoken(samplesOf(bytes), 16_000, said, { encoding: "exact" });
            }),
          );
          expect(polly.connections).toBe(disableConcurrentStreams ? 200 : 1);
        },
        { requestHandler: new NodeHttp2Handler({ disableConcurrentStreams }) },
      );
    }
  });

  it("waits for a client that does not read", async () => {
    await withPolly({ msPerCharacter: 2000 }, async (polly, client) => {
      const { AudioStream } = await client.send(new SynthesizeSpeechCommand({ ...pcm16, Text: text }));
      await until(() => polly.requests[0]!.audioBytes > 0);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(polly.requests[0]!.audioBytes).toBeLessThan(1_000_000);
      (AudioStream as unknown as { destroy(): void }).destroy();
    });
  });

  it("gives a real pace to audio", async () => {
    await withPolly({ firstAudioMs: 80, realTimeFactor: 0.02 }, async (polly, client) => {
      const { bytes } = await speak(client, { Text: text });
      assertSpoken(samplesOf(bytes), 16_000, text, { encoding: "exact" });
      const [seen] = polly.requests;
      // A timer rings early by as much as the event loop was behind when it was set.
      expect(seen!.firstAudioAtMs! - seen!.startedAtMs).toBeGreaterThan(40);
    });
  });

  const refused: [string, number, Partial<SpeechInput>][] = [
    ["TextLengthExceededException", 400, { Text: "a".repeat(3001) }],
    ["TextLengthExceededException", 400, { Text: `<speak>w1${"<break/>".repeat(800)}</speak>`, TextType: "ssml" }],
    ["InvalidSsmlException", 400, { Text: "<speak>w1 <p>w2</speak>", TextType: "ssml" }],
    ["InvalidSsmlException", 400, { Text: "<speak>w1 & w2</speak>", TextType: "ssml" }],
    ["InvalidSsmlException", 400, { Text: "w1 w2", TextType: "ssml" }],
    ["InvalidSsmlException", 400, { Text: "<speak><emphasis>w1</emphasis></speak>", TextType: "ssml" }],
    ["InvalidSsmlException", 400, { Text: "<speak>w1 <mstts:silence/></speak>", TextType: "ssml" }],
    ["EngineNotSupportedException", 400, { VoiceId: "Ivy", Engine: "generative" }],
    ["LanguageNotSupportedException", 400, { LanguageCode: "de-DE" }],
    ["InvalidSampleRateException", 400, { SampleRate: "22050" }],
    ["LexiconNotFoundException", 404, { LexiconNames: ["mine"] }],
    ["MarksNotSupportedForFormatException", 400, { SpeechMarkTypes: ["word"] }],
    ["SsmlMarksNotSupportedForTextTypeException", 400, { OutputFormat: "json", SpeechMarkTypes: ["ssml"] }],
    ["ValidationException", 400, { VoiceId: "Nobody" as never }],
    ["ValidationException", 400, { OutputFormat: "mp3" }],
  ];
  it.each(refused)("is refused: %s (%i)", async (name, status, input) => {
    await withPolly({}, async (polly, client) => {
      await expect(speak(client, { Text: "w1", ...input })).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status, requestId: expect.any(String) } });
      await until(() => polly.requests[0]?.state === "failed");
    });
  });

  it("takes emphasis with the standard engine, and lexicons that exist", async () => {
    await withPolly({ lexicons: ["mine"] }, async (_, client) => {
      const { bytes } = await speak(client, { Engine: "standard", TextType: "ssml", Text: "<speak><emphasis>w1</emphasis> w2</speak>", LexiconNames: ["mine"] });
      assertSpoken(samplesOf(bytes), 16_000, "w1 w2", { encoding: "exact" });
    });
  });

  it("is refused with another key", async () => {
    await withPolly({ key: "another" }, async (_, client) => {
      await expect(speak(client, { Text: "w1" })).rejects.toMatchObject({ name: "UnrecognizedClientException", $metadata: { httpStatusCode: 403 } });
    });
  });

  it("closes twice, with requests open", async () => {
    const polly = await createFakePolly({ fault: () => ({ kind: "no-answer" }) });
    const session = connect(polly.url);
    session.on("error", () => {});
    const answer = session.request({ ":method": "POST", ":path": "/v1/speech", authorization: "none" });
    answer.on("error", () => {});
    answer.end("{}");
    await until(() => polly.requests.length === 1);
    await Promise.all([polly.close(), polly.close()]);
    expect(polly.openConnections).toBe(0);
  });
});

describe("speech marks of the fake, read by the vendor's client", () => {
  const spoken = 'Zoë said: "w1 w2!" Then 🎈 w3, w4. End';

  it("point at bytes of the text, and at words of the audio", async () => {
    await withPolly({}, async (_, client) => {
      const marks = await readMarks(client, { Text: spoken });
      const words = marks.filter(({ type }) => type === "word");
      expect(words.map(({ value }) => value)).toEqual(["Zoë", "said", "w1", "w2", "Then", "w3", "w4", "End"]);
      for (const mark of marks.filter(({ type }) => type !== "viseme")) expect(pointed(spoken, mark)).toBe(mark.value);
      expect(marks.filter(({ type }) => type === "sentence").map(({ value }) => value)).toEqual(['Zoë said: "w1 w2!"', "Then 🎈 w3, w4.", "End"]);
      expect(marks.filter(({ type, start }) => type === "viseme" && start !== undefined)).toEqual([]);
      expect(marks.map(({ time }) => time)).toEqual(marks.map(({ time }) => time).toSorted((one, other) => one - other));

      const { bytes } = await speak(client, { Text: spoken });
      const heard = decodeWords(samplesOf(bytes), 16_000, { encoding: "exact" });
      expect(words.map(({ time }) => time)).toEqual(heard.map(({ startFrame }) => Math.round(startFrame / 16)));
    });
  });

  it("point into SSML, tags and entities included", async () => {
    const ssml = '<speak>É w1 <mark name="here"/>w2 &amp; <prosody rate="90%">w3</prosody>.<break time="1s"/>W4 w5.</speak>';
    await withPolly({ raggedSeed: 1 }, async (_, client) => {
      const marks = await readMarks(client, { Text: ssml, TextType: "ssml", SpeechMarkTypes: ["ssml", "word", "sentence"] });
      const words = marks.filter(({ type }) => type === "word");
      expect(words.map((mark) => pointed(ssml, mark))).toEqual(["É", "w1", "w2", "w3", "W4", "w5"]);
      const bookmark = marks.find(({ type }) => type === "ssml")!;
      expect(bookmark).toMatchObject({ value: "here", time: words[2]!.time });
      expect(pointed(ssml, bookmark)).toBe('<mark name="here"/>');
      expect(pointed(ssml, marks.filter(({ type }) => type === "sentence")[1]!)).toBe("W4 w5.");
    });
  });

  it("drift from the audio where told", async () => {
    await withPolly({ fault: ({ parameters }) => (parameters["OutputFormat"] === "json" ? { kind: "vendor", name: "marks-drift" } : undefined) }, async (_, client) => {
      const times = (await readMarks(client, { Text: text, SpeechMarkTypes: ["word"] })).map(({ time }) => time);
      const { bytes } = await speak(client, { Text: text });
      const heard = decodeWords(samplesOf(bytes), 16_000, { encoding: "exact" });
      expect(times).toEqual(heard.map(({ startFrame }) => Math.round((1.15 * startFrame) / 16)));
    });
  });

  it("break off, and have a broken line", async () => {
    await withPolly({ fault: (_, index) => (index === 0 ? { kind: "malformed", afterBytes: 100 } : { kind: "early-end", afterBytes: 100 }) }, async (_, client) => {
      const input: SpeechInput = { Text: text, OutputFormat: "json", SpeechMarkTypes: ["word"] };
      const broken = await speak(client, input);
      const lines = broken.bytes.toString("utf8").trimEnd().split("\n");
      expect(lines.filter((line) => !line.endsWith("}")).length).toBeGreaterThan(0);
      expect(lines.at(-1)).toContain('"value":"w39"');
      expect((await speak(client, input)).bytes.length).toBe(100);
    });
  });
});

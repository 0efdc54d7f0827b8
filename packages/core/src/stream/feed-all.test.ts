import { assertSpoken, createFakeClock, createPacedSink, createScriptedEngine, numberedText } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";
import { feedAll, type TextSource } from "./feed-all.ts";

const TEXT = numberedText({ words: 20 });

function setUp(): { clock: ReturnType<typeof createFakeClock>; stream: ReturnType<typeof createSpeechStream>; sink: ReturnType<typeof createPacedSink> } {
  const clock = createFakeClock();
  const sink = createPacedSink({ clock });
  return { clock, sink, stream: createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock }) }], clock }, { sink }) };
}

async function* piecesOf(text: string): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += 4) yield text.slice(start, start + 4);
}

describe("feedAll", () => {
  it.each<[string, () => TextSource]>([
    ["a string", () => TEXT],
    ["an async iterable", () => piecesOf(TEXT)],
    ["a ReadableStream", () => new ReadableStream<string>({ start: (controller) => (controller.enqueue(TEXT), controller.close()) })],
  ])("feeds %s and ends the stream", async (_, source) => {
    const { clock, stream, sink } = setUp();
    await clock.runUntil(feedAll(stream, source()));
    await clock.runUntil(stream.waitUntilDone());
    assertSpoken(sink.played(), 24_000, TEXT);
  });

  it("ends the stream with the failure of the source", async () => {
    const { stream } = setUp();
    const failure = new RangeError("the model has gone");
    const source = (async function* () {
      yield "W1 w2. ";
      throw failure;
    })();
    await expect(feedAll(stream, source)).rejects.toMatchObject({ code: "INVALID_INPUT", cause: failure });
    await expect(stream.waitUntilDone()).rejects.toMatchObject({ code: "INVALID_INPUT", cause: failure });
  });

  it("lets go of a source that stands still when the stream ends or the signal is aborted", async () => {
    const never = (): AsyncIterable<string> => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<string>>(() => undefined) }) });
    const { stream } = setUp();
    const feeding = feedAll(stream, never());
    await stream.interrupt();
    await feeding;
    const controller = new AbortController();
    const second = setUp();
    const aborted = feedAll(second.stream, never(), controller.signal);
    controller.abort(new RangeError("enough"));
    await expect(aborted).rejects.toThrow("enough");
    await second.stream.close();
  });

  it("refuses what is no text", async () => {
    const { stream } = setUp();
    await expect(feedAll(stream, 5 as unknown as string)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await stream.close();
  });
});

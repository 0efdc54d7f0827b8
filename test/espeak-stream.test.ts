import { createEngine } from "@parlando/espeak";
import { createSpeechStream, createMemorySink, type SentSegment } from "@parlando/core";
import type { Engine, Mark } from "@parlando/engine";
import { createRandom } from "@parlando/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const TEXT =
  "Dr. Smith paid $12.50 for two tickets at 7.30 p.m. on Friday. “Is it far?” she asked. " +
  "It is not; turn left, then right… then left again! Version 2.0.1 of file.txt is at https://example.com/a?b=c. " +
  "Naïve cafés 🎉 open late.\n\nالسماء صافية اليوم. هل نخرج؟ 你好，世界。今天天气很好！";

describe("a stream through the embedded voice", () => {
  let engine: Engine;
  beforeAll(() => {
    engine = createEngine();
  });
  afterAll(() => engine.close());

  async function speak(pieces: readonly string[]): Promise<{ segments: SentSegment[]; marks: Mark[]; samples: Float32Array; text: string }> {
    const segments: SentSegment[] = [];
    const marks: Mark[] = [];
    const sink = createMemorySink();
    const stream = createSpeechStream(
      { engines: [{ engine, voice: "en-us" }] },
      { sink, latency: "smoothest", onSegment: (segment) => segments.push(segment), onMark: (mark) => marks.push(mark) },
    );
    for (const piece of pieces) await stream.feed(piece);
    stream.done();
    await stream.waitUntilDone();
    return { segments, marks, samples: sink.samples(), text: sink.chunks.map((chunk) => chunk.text).join("") };
  }

  function cutting(seed: number): string[] {
    if (seed === 0) return TEXT.split("");
    const random = createRandom(seed);
    const pieces: string[] = [];
    for (let start = 0; start < TEXT.length;) {
      const length = random.integer(1, 12);
      pieces.push(TEXT.slice(start, start + length));
      start += length;
    }
    return pieces;
  }

  it("gives the same segments and marks however the text was cut", async () => {
    const whole = await speak([TEXT]);
    expect(whole.text).toBe(TEXT);
    for (let seed = 0; seed < 9; seed += 1) {
      const { segments, marks, samples } = await speak(cutting(seed));
      expect(segments).toEqual(whole.segments);
      expect(marks).toEqual(whole.marks);
      expect(samples.length).toBe(whole.samples.length);
    }
  });

  it("marks the words that were fed, where they stand", async () => {
    const { marks, segments } = await speak([TEXT]);
    const words = marks.filter((mark) => mark.kind === "word");
    for (const { textStart, textEnd, value } of words) expect(TEXT.slice(textStart, textEnd)).toBe(value);
    for (const word of ["Smith", "$12.50", "Friday", "🎉", "السماء", "نخرج"]) expect(words.map((mark) => mark.value)).toContain(word);
    expect(words.map((mark) => mark.timeMs)).toEqual(words.map((mark) => mark.timeMs).toSorted((left, right) => left - right));
    expect(segments.length).toBeGreaterThan(6);
  });

  it("stops when it is interrupted, and speaks the next text", async () => {
    const stream = createSpeechStream({ engines: [{ engine, voice: "en-us" }] }, { onChunk: (chunk) => new Promise((resolve) => setTimeout(resolve, chunk.durationMs)) });
    void stream.feed(TEXT);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const interruption = await stream.interrupt();
    expect(interruption.heardText + interruption.unheardText).toBe(TEXT);
    expect(interruption.basis).toBe("marks");
    expect(interruption.playhead).toBe("assumed");
    expect((await speak(["Next."])).samples.length).toBeGreaterThan(5000);
  });
});

import { assertSpoken, createFakeClock, createPacedSink, createScriptedEngine, numberedText } from "@parlando/testkit";
import type { Mark } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";
import { feedTokens, flushedTexts, openSessionStream, samplesOf } from "./session.test-helper.ts";

const TEXT = numberedText({ words: 40, sentenceWords: 8 });

describe("an engine that takes text as it comes", () => {
  it("gets the first word as soon as it is whole, and the others as they come", async () => {
    const { clock, stream, calls } = openSessionStream({}, { capabilities: { flush: "costly" } });
    await stream.feed("Hel");
    await clock.advance(40);
    expect(calls.map(({ call, atMs }) => [call, atMs])).toEqual([["open", 0]]);
    await stream.feed("lo ");
    await clock.advance(4);
    expect(calls.slice(1).map(({ call, text, atMs }) => [call, text, atMs])).toEqual([["write", "Hello ", 40]]);
    await stream.feed("there dear friend");
    await clock.advance(4);
    expect(calls.filter(({ call }) => call === "write").map(({ text }) => text)).toEqual(["Hello ", "there dear "]);
    await stream.close();
    await clock.settle();
    expect(clock.pending).toBe(0);
  });

  it("gets words of scripts without spaces by whole clusters", async () => {
    const { clock, stream, calls } = openSessionStream({ latency: "smoothest" });
    for (const letter of "你好世界。今天天气") {
      await stream.feed(letter);
      await clock.advance(10);
    }
    expect(calls.filter(({ call }) => call !== "open").map(({ call, text }) => text ?? call)).toEqual(["你", "好", "世", "界", "。", "flush", "今", "天", "天"]);
    await stream.close();
  });

  it.each(["free", "costly"] as const)("is spoken to in one session, and speaks every word once and in order (a flush is %s)", async (flush) => {
    const { clock, stream, calls, chunks, segments, engine } = openSessionStream({}, { capabilities: { flush } });
    await clock.runUntil(feedTokens(stream, TEXT, { clock, everyMs: 30 }));
    stream.done();
    const report = await clock.runUntil(stream.waitUntilDone());
    assertSpoken(samplesOf(chunks), 24_000, TEXT);
    expect(calls.filter(({ call }) => call === "open").length).toBe(1);
    expect(calls.filter(({ call }) => call === "write").map(({ text }) => text).join("")).toBe(TEXT);
    expect(flushedTexts(calls).map((text) => text.trim())).toEqual(segments.map(({ text }) => text));
    expect(segments.map(({ textStart, textEnd }) => TEXT.slice(textStart, textEnd))).toEqual(segments.map(({ text }) => text));
    if (flush === "costly") expect(segments.every(({ text }) => text.endsWith("."))).toBe(true);
    expect(report).toMatchObject({ segments: segments.length, attempts: segments.length, failovers: [], characters: TEXT.length });
    expect(chunks.map((chunk) => chunk.text).join("")).toBe(TEXT);
    expect(engine.activeRequests).toBe(0);
    await clock.advance(2000);
    expect(calls.slice(-2).map(({ call }) => call)).toEqual(["end", "close"]);
    expect(clock.pending).toBe(0);
  });

  it("makes the samples that it makes of segments, whatever the format", async () => {
    const speak = async (input: "segment" | "incremental", delivery: "pcm" | "bytes", encoding?: "wav"): Promise<Float32Array> => {
      const { clock, stream, chunks } = openSessionStream(
        { latency: "smoothest", output: { sampleRate: 24_000 } },
        { input: [input], delivery, chunkBytes: [199, 999], leadMs: 80, tailMs: 400, ...(encoding && { format: { encoding, sampleRate: 24_000, channels: 1 } }) },
      );
      await clock.runUntil(feedTokens(stream, TEXT.slice(0, 100), { clock, everyMs: 30 }));
      stream.done();
      await clock.runUntil(stream.waitUntilDone());
      return samplesOf(chunks);
    };
    expect(await speak("incremental", "pcm")).toEqual(await speak("segment", "pcm"));
    const bytes = await speak("segment", "bytes");
    expect(await speak("incremental", "bytes")).toEqual(bytes);
    expect(await speak("incremental", "bytes", "wav")).toEqual(bytes);
  });

  it.each(["before", "with", "after"] as const)("tells marks that are exact over all flushes (%s the audio)", async (markOrder) => {
    const marks: Mark[] = [];
    const { clock, stream, chunks, segments } = openSessionStream({ onMark: (mark) => void marks.push(mark), marks: ["word"] }, { markOrder, leadMs: 90, tailMs: 300 });
    await clock.runUntil(feedTokens(stream, TEXT, { clock, everyMs: 30 }));
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(segments.length).toBeGreaterThan(3);
    expect(marks.map(({ textStart, textEnd }) => TEXT.slice(textStart, textEnd))).toEqual(TEXT.match(/w\d+/giu));
    expect(marks.every((mark) => mark.source === "native")).toBe(true);
    const samples = samplesOf(chunks);
    for (const { timeMs } of marks) {
      // Words begin softly at zero; 10 ms into them there is sound, and right before them the end of another or silence.
      const frame = Math.round((timeMs * 24_000) / 1000);
      expect(Math.max(...samples.slice(frame, frame + 240).map(Math.abs))).toBeGreaterThan(0.01);
    }
    const times = marks.map(({ timeMs }) => timeMs);
    expect(times).toEqual([...times].sort((left, right) => left - right));
  });

  it("is cut at sentences only, whatever the pieces, when that is asked for", async () => {
    const text = `W1 w2. Dr. Smith met 3 people at 5 p.m. They said "Go. Now." and left!\n\nA title\n\n${"Never ending words go on, and on ".repeat(25)}. 你好世界。今天天气很好。 The end`;
    const cut = async (size: number): Promise<unknown> => {
      const { clock, stream, segments, calls } = openSessionStream({ latency: "smoothest" });
      const feeding = (async () => {
        for (let start = 0; start < text.length; start += size) {
          await stream.feed(text.slice(start, start + size));
          if (size < 100) await clock.sleep(1);
        }
        stream.done();
      })();
      await clock.runUntil(feeding);
      await clock.runUntil(stream.waitUntilDone());
      expect(calls.filter(({ call }) => call === "write").map((call) => call.text).join("")).toBe(text);
      return segments;
    };
    const whole = await cut(10_000);
    for (const size of [1, 2, 3, 4, 5, 7, 11, 64, 150, 300]) expect(await cut(size)).toEqual(whole);
  });

  it("keeps to the limits of one segment", async () => {
    const { clock, stream, segments, chunks } = openSessionStream({}, { limits: { segmentCharacters: 20 } });
    await clock.runUntil(feedTokens(stream, TEXT, { clock, everyMs: 30 }));
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    assertSpoken(samplesOf(chunks), 24_000, TEXT);
    expect(Math.max(...segments.map(({ text }) => text.length))).toBeLessThanOrEqual(20);
  });

  it("is flushed when the stream is, and when its writer pauses", async () => {
    const { clock, stream, segments } = openSessionStream({}, { capabilities: { flush: "costly" } });
    await stream.feed("One two three");
    stream.flush();
    await clock.advance(10);
    expect(segments.map(({ text }) => text)).toEqual(["One two three"]);
    await stream.feed(" four five. six seven");
    await clock.advance(3000);
    expect(segments.map(({ text }) => text)).toEqual(["One two three", "four five.", "six seven"]);
    await stream.feed(" and on.");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(segments.length).toBe(4);
  });

  it("may speak before it is told to", async () => {
    const { clock, stream, chunks, segments } = openSessionStream({}, { capabilities: { flush: "costly" }, eagerCharacters: 6 });
    await stream.feed("W1 w2 w3 w4 ");
    await clock.advance(400);
    expect(chunks.length).toBeGreaterThan(0);
    expect(segments).toEqual([]);
    await stream.feed("w5 w6. W7");
    await clock.advance(400);
    expect(segments.map(({ text }) => text)).toEqual(["W1 w2 w3 w4 w5 w6."]);
    stream.done();
    const report = await clock.runUntil(stream.waitUntilDone());
    assertSpoken(samplesOf(chunks), 24_000, "W1 w2 w3 w4 w5 w6. W7");
    expect(report).toMatchObject({ segments: 2, attempts: 2 });
  });

  it("is not read while the taker stalls, and makes feed() wait", async () => {
    const clock = createFakeClock();
    const sink = createPacedSink({ clock });
    sink.stall();
    const engine = createScriptedEngine({ clock, input: ["incremental"], startMs: 50, realTimeFactor: 0.1 });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, highWaterMs: 400, highWaterCharacters: 200 });
    const text = numberedText({ words: 300, sentenceWords: 10 });
    let fed = 0;
    const feeding = (async () => {
      for (let start = 0; start < text.length; start += 20) {
        await stream.feed(text.slice(start, start + 20));
        fed = start + 20;
      }
      stream.done();
    })();
    await clock.advance(30_000);
    const stalledAt = fed;
    expect(stalledAt).toBeLessThan(500);
    expect(engine.requests.reduce((sum, request) => sum + request.audioMs, 0)).toBeLessThan(3000);
    sink.release();
    await clock.runUntil(feeding);
    await clock.runUntil(stream.waitUntilDone());
    assertSpoken(sink.played(), 24_000, text);
    expect(clock.pending).toBe(0);
  });

  it("tells what was billed and wasted: all that was written, not only what was flushed", async () => {
    const { clock, stream } = openSessionStream({ latency: "smoothest", onChunk: () => undefined }, { capabilities: { cancelCost: "billed" } });
    await stream.feed("One two three. Four fi");
    await clock.advance(5000);
    const { heardText, billedCharacters, wastedCharacters } = await clock.runUntil(stream.interrupt());
    expect(heardText).toBe("One two three.");
    expect(billedCharacters).toBe("One two three. Four ".length);
    expect(wastedCharacters).toBe(" Four ".length);
  });

  it("bills what the engine says, where it says so", async () => {
    const { clock, stream } = openSessionStream({ latency: "smoothest", onChunk: () => undefined });
    await stream.feed("One two three. Four five. ");
    stream.flush();
    await clock.advance(30_000);
    const { billedCharacters } = await clock.runUntil(stream.interrupt());
    expect(billedCharacters).toBe("One two three. Four five. ".length);
  });

  it("gets SSML in requests, each segment a document of its own", async () => {
    const { clock, stream, calls, engine } = openSessionStream({ ssml: true }, { capabilities: { ssml: ["speak"] } });
    void stream.feed("<speak>One two.");
    void stream.feed(" Three.</speak>");
    stream.done();
    await clock.runUntil(stream.waitUntilDone());
    expect(calls).toEqual([]);
    expect(engine.requests.map(({ text }) => text)).toEqual(["<speak>One two.</speak>", "<speak>Three.</speak>"]);
  });

  it("is heard no later than by requests, and no less smoothly", async () => {
    const text = "The weather today is mostly sunny, with a light wind from the west. In the afternoon some clouds will come in, and there may be a little rain. Take an umbrella with you. ".repeat(2);
    const hear = async (input: "segment" | "incremental", script: { startMs: number; realTimeFactor: number }): Promise<{ firstAudioMs: number; underruns: number }> => {
      const clock = createFakeClock();
      const engine = createScriptedEngine({ clock, input: [input], limits: { concurrency: 1 }, ...script });
      const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink: createPacedSink({ clock }) });
      await clock.runUntil(feedTokens(stream, text, { clock, everyMs: 40 }));
      stream.done();
      const { firstAudioMs = Infinity, underruns } = await clock.runUntil(stream.waitUntilDone());
      return { firstAudioMs, underruns };
    };
    for (const script of [{ startMs: 50, realTimeFactor: 0.1 }, { startMs: 200, realTimeFactor: 0.5 }, { startMs: 500, realTimeFactor: 0.8 }]) {
      const [bySegments, bySession] = [await hear("segment", script), await hear("incremental", script)];
      expect(bySession.firstAudioMs).toBeLessThanOrEqual(bySegments.firstAudioMs);
      expect(bySession.underruns).toBeLessThanOrEqual(bySegments.underruns);
    }
  });
});

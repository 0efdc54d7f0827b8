import { createFakeClock, createPacedSink, createScriptedEngine, type ScriptedEngineOptions } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { DoneSegment, SentSegment } from "./stream-events.ts";

interface Told {
  readonly sent: SentSegment[];
  readonly done: DoneSegment[];
  readonly chunks: AudioChunk[];
}

async function speak(pieces: readonly string[], ...scripts: ScriptedEngineOptions[]): Promise<Told> {
  const clock = createFakeClock();
  const engines = scripts.map((script, index) => ({ engine: createScriptedEngine({ clock, id: `engine-${index}`, startMs: 50, realTimeFactor: 0.3, ...script }) }));
  const told: Told = { sent: [], done: [], chunks: [] };
  const stream = createSpeechStream({ engines, clock }, { sink: createPacedSink({ clock }) });
  stream.on("segment", (segment) => told.sent.push(segment)).on("segmentDone", (segment) => told.done.push(segment)).on("chunk", (chunk) => told.chunks.push(chunk));
  for (const piece of pieces) {
    void stream.feed(piece);
    stream.flush();
  }
  stream.done();
  await clock.runUntil(stream.waitUntilDone());
  return told;
}

describe("the end of a segment", () => {
  it("is told for each that was sent, in order, with the frame at which its audio ends", async () => {
    const { sent, done, chunks } = await speak(["One and two. ", "Three and four and five. ", "Six"], {});
    expect(done.map(({ index, textStart, textEnd }) => ({ index, textStart, textEnd }))).toEqual(sent.map(({ index, textStart, textEnd }) => ({ index, textStart, textEnd })));
    const ends = sent.map(({ index }) => chunks.flatMap((chunk) => chunk.segments.filter((span) => span.index === index).map((span) => chunk.startFrame + span.offsetFrames + span.frames)).at(-1));
    expect(done.map(({ endFrame }) => endFrame)).toEqual(ends);
  });

  it("accounts for all of the text", async () => {
    const { done } = await speak(["One and two. ", "Three. \n"], {});
    expect(done.at(-1)?.textThrough).toBe("One and two. Three. \n".length);
    expect(done.find(({ textEnd }) => textEnd >= "One and two.".length)?.textThrough).toBeGreaterThanOrEqual("One and two.".length);
  });

  it("is told with its text also where another engine had to go on inside it", async () => {
    const text = "One two three four five six seven eight nine ten eleven twelve.";
    const { done, chunks } = await speak([text], { fault: { kind: "error", afterMs: 900, code: "SERVICE" } }, {});
    expect(done.at(-1)).toMatchObject({ textEnd: text.length, textThrough: text.length });
    const last = chunks.filter((chunk) => chunk.durationMs > 0).at(-1);
    expect(done.at(-1)?.endFrame).toBe((last?.startFrame ?? 0) + (last?.samples.length ?? 0));
  });
});

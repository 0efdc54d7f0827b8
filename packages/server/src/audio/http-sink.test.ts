import { describeSink } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createHttpSink, type HttpSink } from "./http-sink.ts";

const bytesOf = (chunk: { bytes(): Uint8Array }): Uint8Array => chunk.bytes();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function sinkOver(write: (bytes: Uint8Array) => Promise<void> | undefined): HttpSink {
  return createHttpSink({ writer: { write }, bytesOf });
}

const runner = { describe, it };

describeSink("body of an answer", () => sinkOver(() => undefined), runner);
describeSink("body of an answer whose listener is behind", () => sinkOver(() => sleep(5)), runner);

describe("a sink that is the body of an answer", () => {
  it("has one promise for everything that is taken at once", async () => {
    const sink = sinkOver(() => undefined);
    const chunk = { samples: new Float32Array(2_400), sampleRate: 24_000, channels: 1, startFrame: 0, durationMs: 100, segments: [], text: "", marks: [], bytes: () => new Uint8Array(4_800) };
    expect(sink.write(chunk)).toBe(sink.write(chunk));
    await expect(sink.clear()).resolves.toBe(4_800);
  });
});

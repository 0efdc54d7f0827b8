import { describeSink } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import type { SpeechMeter } from "../metrics/server-metrics.ts";
import { createHttpSink, type HttpSink } from "./http-sink.ts";

const bytesOf = (chunk: { bytes(): Uint8Array }): Uint8Array => chunk.bytes();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function sinkOver(write: (bytes: Uint8Array) => Promise<void> | undefined): HttpSink {
  return createHttpSink({ writer: { write }, bytesOf });
}

const runner = { describe, it };

describeSink("body of an answer", () => sinkOver(() => undefined), runner);
describeSink("body of an answer whose listener is behind", () => sinkOver(() => sleep(5)), runner);

const chunk = { samples: new Float32Array(2_400), sampleRate: 24_000, channels: 1, startFrame: 0, durationMs: 100, segments: [], text: "", marks: [], bytes: () => new Uint8Array(4_800) };

describe("a sink that is the body of an answer", () => {
  it("has one promise for everything that is taken at once", async () => {
    const sink = sinkOver(() => undefined);
    expect(sink.write(chunk)).toBe(sink.write(chunk));
    await expect(sink.clear()).resolves.toBe(4_800);
  });

  it("counts what was written, behind or not, and nothing that was refused", async () => {
    const counted: string[] = [];
    const meter: SpeechMeter = { firstAudio: () => void counted.push("first"), audio: (ms) => void counted.push(`${ms} ms`), held: () => () => undefined, ended: () => undefined };
    let written = 0;
    const sink = sinkOver(() => {
      if (written === 2) throw new Error("gone");
      written += 1;
      return written === 2 ? new Promise<void>(() => undefined) : undefined;
    });
    sink.measure(meter);
    await sink.write(chunk);
    const behind = sink.write(chunk);
    await expect(sink.write(chunk)).rejects.toThrow("gone");
    expect(counted).toEqual(["first", "100 ms", "100 ms"]);
    await expect(sink.clear()).resolves.toBe(4_800);
    await behind;
    const refused = sinkOver(() => {
      throw new Error("gone before");
    });
    refused.measure(meter);
    await expect(refused.write(chunk)).rejects.toThrow("gone before");
    expect(counted).toHaveLength(3);
    await expect(refused.clear()).resolves.toBe(0);
  });
});

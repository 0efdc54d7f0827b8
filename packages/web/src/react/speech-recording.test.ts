import { createAudioChunk } from "@parlando/core";
import { describe, expect, it } from "vitest";
import { SpeechRecording } from "./speech-recording.ts";

const chunk = (samples: Float32Array, startFrame: number) => createAudioChunk({ samples, sampleRate: 8_000, channels: 1, startFrame, segments: [], text: "", marks: [] });

describe("SpeechRecording", () => {
  it("is a WAV file of all samples, and peaks of 20 ms", async () => {
    const recording = new SpeechRecording();
    expect(recording.toBlob()).toBeUndefined();
    for (let index = 0; index < 5; index += 1) recording.add(chunk(new Float32Array(100).fill((index + 1) / 10), 100 * index));
    const bytes = new DataView(await recording.toBlob()!.arrayBuffer());
    expect(String.fromCharCode(...new Uint8Array(bytes.buffer, 0, 4))).toBe("RIFF");
    expect([bytes.byteLength, bytes.getUint32(4, true), bytes.getUint32(24, true), bytes.getUint32(40, true)]).toEqual([1_044, 1_036, 8_000, 1_000]);
    expect(bytes.getInt16(44 + 2 * 450, true)).toBe(16_384);
    expect([...recording.peaks].map((peak) => Number(peak.toFixed(2)))).toEqual([0.2, 0.4, 0.5]);
    expect(recording.receivedMs).toBe(62.5);
  });

  it("keeps ten minutes, and counts the rest", () => {
    const recording = new SpeechRecording();
    for (let minute = 0; minute < 12; minute += 1) recording.add(chunk(new Float32Array(480_000), 480_000 * minute));
    expect(recording.receivedMs).toBe(720_000);
    expect(recording.toBlob()!.size).toBe(44 + 2 * 4_800_000);
    expect(recording.peaks.length).toBe(30_000);
  });
});

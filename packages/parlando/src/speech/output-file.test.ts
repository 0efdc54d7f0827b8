import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TTSError } from "@parlando/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assertWritable, fileEncoding, fileErrorOf } from "./output-file.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parlando-output-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("fileEncoding", () => {
  it("refuses samples without a header in a file that is named as a WAV", () => {
    expect(() => fileEncoding("speech.wav", "pcm-s16le")).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    expect(fileEncoding("speech.pcm", "pcm-f32le")).toBe("pcm-f32le");
    expect(fileEncoding("speech", "mulaw")).toBe("mulaw");
  });

  it.each([
    ["a.wav", undefined, "wav"],
    ["a.WAVE", undefined, "wav"],
    ["dir.d/speech", undefined, "wav"],
    [".hidden", undefined, "wav"],
    ["a.pcm", undefined, "pcm-s16le"],
    ["a.raw", undefined, "pcm-s16le"],
    ["a.f32", undefined, "pcm-f32le"],
    ["a.pcm", "mulaw", "mulaw"],
    ["a.xyz", "wav", "wav"],
    ["a.mp3", undefined, "mp3"],
    ["a.MP3", "mp3", "mp3"],
    ["a.ogg", undefined, "ogg-opus"],
    ["a.opus", undefined, "ogg-opus"],
    ["a.webm", undefined, "webm-opus"],
    ["a.pcm", "mp3", "mp3"],
  ] as const)("writes %s, asked for %s, as %s", (path, asked, expected) => {
    expect(fileEncoding(path, asked)).toBe(expected);
  });

  it("refuses endings nobody knows, and encodings it cannot write", () => {
    expect(() => fileEncoding("a.m4a", undefined)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }) as Error);
    expect(() => fileEncoding("a.constructor", undefined)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }) as Error);
    for (const encoding of ["flac", "aac"] as const) expect(() => fileEncoding("a.xyz", encoding)).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }) as Error);
    for (const encoding of ["wav", "ogg-opus", "pcm-s16le"] as const) expect(() => fileEncoding("a.mp3", encoding)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }) as Error);
  });
});

describe("assertWritable", () => {
  it("lets pass what can be written", async () => {
    await writeFile(join(folder, "there.wav"), "");
    await assertWritable(join(folder, "there.wav"));
    await assertWritable(join(folder, "new.wav"));
  });

  it.each([
    ["missing/a.wav", "its folder does not exist"],
    ["there.wav/a.wav", "is not a folder"],
    [".", "it is a folder"],
  ])("says what is in the way of %s", async (path, reason) => {
    await writeFile(join(folder, "there.wav"), "");
    await expect(assertWritable(join(folder, path))).rejects.toMatchObject({ code: "INVALID_INPUT", message: expect.stringContaining(reason) as string });
  });
});

describe("fileErrorOf", () => {
  it("unwraps what the sink failed with", () => {
    const full = Object.assign(new Error("x"), { code: "ENOSPC" });
    const wrapped = new TTSError("CONSUMER_FAILED", "The taker failed", { cause: new TTSError("CONSUMER_FAILED", "The sink failed", { cause: full }) });
    expect(fileErrorOf("a.wav", wrapped)).toMatchObject({ code: "INVALID_INPUT", message: 'The file "a.wav" cannot be written: the disk is full.' });
  });

  it("leaves other errors alone", () => {
    const service = new TTSError("SERVICE", "down", { cause: Object.assign(new Error("x"), { code: "ECONNRESET" }) });
    expect(fileErrorOf("a.wav", service)).toBe(service);
  });
});

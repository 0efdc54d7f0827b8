import { describe, expect, it } from "vitest";
import { speakDestination, type DestinationFlags } from "./speak-destination.ts";
import { UsageError } from "./usage-error.ts";

describe("speakDestination", () => {
  it.each<[DestinationFlags, object]>([
    [{}, { kind: "speaker" }],
    [{ play: true }, { kind: "speaker" }],
    [{ out: "a.wav" }, { kind: "file", path: "a.wav", encoding: "wav", play: false }],
    [{ out: "speech" }, { kind: "file", path: "speech", encoding: "wav", play: false }],
    [{ out: "dir.d/a.PCM", play: true }, { kind: "file", path: "dir.d/a.PCM", encoding: "pcm-s16le", play: true }],
    [{ out: "a.tmp", format: "pcm" }, { kind: "file", path: "a.tmp", encoding: "pcm-s16le", play: false }],
    [{ out: "-" }, { kind: "stdout", encoding: "wav" }],
    [{ out: "-", format: "pcm" }, { kind: "stdout", encoding: "pcm-s16le" }],
    [{ out: "a.mp3" }, { kind: "file", path: "a.mp3", encoding: "mp3", play: false }],
    [{ out: "a.opus", format: "opus" }, { kind: "file", path: "a.opus", encoding: "ogg-opus", play: false }],
    [{ out: "-", format: "webm" }, { kind: "stdout", encoding: "webm-opus" }],
  ])("understands %o", (flags, expected) => {
    expect(speakDestination(flags)).toEqual(expected);
  });

  it.each<[DestinationFlags, string]>([
    [{ format: "wav" }, "needs --out"],
    [{ out: "a.wav", format: "mp3" }, "named as a WAV"],
    [{ out: "a.wav", format: "flac" }, "allowed: wav, pcm, mp3, opus, webm"],
    [{ out: "a.flac" }, "--out"],
    [{ out: "" }, "--out: given nothing"],
    [{ out: "-", json: true }, "--json"],
    [{ out: "-", play: true }, "--play"],
  ])("refuses %o", (flags, part) => {
    expect(() => speakDestination(flags)).toThrow(UsageError);
    expect(() => speakDestination(flags)).toThrow(part);
  });
});

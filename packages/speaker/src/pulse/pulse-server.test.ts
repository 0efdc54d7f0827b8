import { describe, expect, it } from "vitest";

import { playingRate } from "./playing-rate.ts";
import { readSinks, type PulseServer } from "./pulse-server.ts";

const listed = "0\tnull\tmodule-null-sink.c\ts16le 2ch 48000Hz\tIDLE\n3\tbluez.headset\tmodule-bluez5-device.c\ts16le 1ch 16000Hz\tSUSPENDED\n";

describe("what the sound server lists", () => {
  it("is read with its rates and its default", () => {
    expect(readSinks(listed, "bluez.headset")).toEqual([
      { name: "null", sampleRate: 48_000, isDefault: false },
      { name: "bluez.headset", sampleRate: 16_000, isDefault: true },
    ]);
  });

  it("is nothing for nothing, and for what is no list", () => {
    expect(readSinks("", "null")).toEqual([]);
    expect(readSinks("no such command\n\t\t\t\n", undefined)).toEqual([]);
  });
});

describe("the rate to play at", () => {
  const server: PulseServer = { status: "running", detail: "", sinks: readSinks(listed, "null") };
  const unknown: PulseServer = { status: "unknown", detail: "", sinks: [] };

  it.each([
    [{ sampleRate: 24_000, device: undefined, server }, 48_000],
    [{ sampleRate: 24_000, device: "bluez.headset", server }, 16_000],
    [{ sampleRate: 24_000, device: undefined, server: unknown }, 48_000],
    [{ sampleRate: 44_100, device: undefined, server: unknown }, 44_100],
  ])("is the device's own, else one that devices have (%#)", (request, rate) => {
    expect(playingRate(request)).toBe(rate);
  });
});

import { describe, expect, it } from "vitest";

import { aplay } from "./aplay.ts";
import { readAlsaDevices } from "./aplay-backend.ts";
import { pacat } from "./pacat.ts";

const format = { sampleRate: 48_000, channels: 1, device: undefined };

describe("what pacat tells", () => {
  const opening = "Opening a playback stream with sample specification 's16le 1ch 48000Hz' and channel map 'mono'.\nConnection established.\u001b[K\n";
  const metrics = "Stream successfully created.\nBuffer metrics: maxlength=4194304, tlength=2880, prebuf=1922, minreq=960\n";

  it("is followed from the start of the stream, however it is cut", () => {
    const monitor = pacat.createMonitor(format);
    const text = `${opening}${metrics}Stream started.\u001b[K\nTime: 0.049 sec; Latency: 30806 usec.        \r`;
    for (const character of text) monitor.read(character, 1000, 96_000);
    expect(monitor.started).toBe(true);
    expect(monitor.heardFrames(1000, 96_000)).toBe(2352);
    expect(monitor.heardFrames(1010, 96_000)).toBe(2832);
  });

  it("never makes the playhead fall or pass what was put", () => {
    const monitor = pacat.createMonitor(format);
    monitor.read("Stream started.\nTime: 1.000 sec; \n", 0, 96_000);
    expect(monitor.heardFrames(0, 96_000)).toBe(48_000);
    monitor.read("Time: 0.900 sec; \n", 10, 96_000);
    expect(monitor.heardFrames(10, 96_000)).toBe(48_000);
    expect(monitor.heardFrames(200, 48_100)).toBe(48_100);
  });

  it("does not run on when the server falls silent", () => {
    const monitor = pacat.createMonitor(format);
    monitor.read("Stream started.\nTime: 1.000 sec; \n", 0, 960_000);
    expect(monitor.heardFrames(10_000, 960_000)).toBe(monitor.heardFrames(5000, 960_000));
  });

  it("puts more ahead for a device that ran dry, up to a bound", () => {
    const monitor = pacat.createMonitor(format);
    monitor.read("Stream started.\n", 0, 0);
    const first = monitor.pacing.leadFrames;
    monitor.read("Stream underrun.\u001b[K \n", 500, 0);
    expect(monitor.pacing.leadFrames).toBeGreaterThan(first);
    for (let time = 1000; time < 60_000; time += 1000) monitor.read("Stream underrun.\n", time, 0);
    expect(monitor.pacing.leadFrames).toBe(24_000);
  });

  it("leaves only complaints for an error message", () => {
    const text = `${opening}Time: 0.049 sec; Latency: 30806 usec.\r\nStream error: No such entity\n`;
    expect(text.replaceAll(pacat.progress, "")).toContain("No such entity");
    expect("Connection failure: Connection refused\n".replaceAll(pacat.progress, "").trim()).toBe("Connection failure: Connection refused");
  });
});

describe("what aplay tells", () => {
  const meter = "\r#+                                                 | 00%";

  it("starts with a full buffer of four periods", () => {
    const monitor = aplay.createMonitor(format);
    monitor.read(meter.repeat(3), 0, 48_000);
    expect(monitor.started).toBe(false);
    monitor.read(meter, 1, 48_000);
    expect(monitor.started).toBe(true);
    expect(monitor.heardFrames(1, 48_000)).toBe(0);
  });

  it("sets the playhead while audio waits unread, and bounds it else", () => {
    const monitor = aplay.createMonitor(format);
    monitor.read(meter.repeat(4), 0, 4000);
    monitor.read(meter.repeat(10), 100, 48_000);
    expect(monitor.heardFrames(100, 48_000)).toBe((14 * 15 - 60) * 48);
  });
});

describe("what aplay lists", () => {
  it("is read with its descriptions; the device that swallows everything is left out", () => {
    const listed = "null\n    Discard all samples\ndefault\n    Playback/recording through the PulseAudio sound server\nhw:CARD=PCH,DEV=0\n    HDA Intel\n    Direct hardware device\n";
    expect(readAlsaDevices(listed)).toEqual([
      { id: "default", name: "Playback/recording through the PulseAudio sound server", isDefault: true },
      { id: "hw:CARD=PCH,DEV=0", name: "HDA Intel", isDefault: false },
    ]);
  });
});

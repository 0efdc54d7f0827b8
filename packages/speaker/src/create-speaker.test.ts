import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { TTSError } from "@parlando/engine";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { createSpeaker } from "./create-speaker.ts";
import { missingForRig, startPulseRig, untilTrue, type PulseRig } from "./testing/pulse-rig.ts";
import { chunkOf, noise } from "./testing/signals.ts";

const format = { sampleRate: 24_000, channels: 1 };
const missing = missingForRig();
const built = fileURLToPath(new URL("../dist/index.js", import.meta.url));

describe("what a speaker refuses", () => {
  it("a volume or a backend that does not exist", () => {
    expect(() => createSpeaker({ volume: -1 })).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
    expect(() => createSpeaker({ volume: Number.NaN })).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
    expect(() => createSpeaker({ backend: "bluetooth" as "auto" })).toThrow(/"auto", "web-audio", "pacat", "aplay"/u);
  });

  it("a format that is none", async () => {
    const speaker = createSpeaker();
    await expect(speaker.openSink({ sampleRate: 0, channels: 1 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await expect(speaker.openSink({ sampleRate: 24_000, channels: 6 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("to open when it is closed or called off", async () => {
    const speaker = createSpeaker();
    await expect(speaker.openSink(format, AbortSignal.abort())).rejects.toMatchObject({ code: "ABORTED" });
    await speaker.close();
    await speaker.close();
    await expect(speaker.openSink(format)).rejects.toMatchObject({ code: "STREAM_CLOSED" });
  });
});

describe("a machine without sound", () => {
  const empty = mkdtempSync(join(tmpdir(), "parlando-silent-"));

  afterEach(() => void vi.unstubAllEnvs());
  afterAll(() => rmSync(empty, { recursive: true, force: true }));

  function silence(): void {
    vi.stubEnv("PATH", empty);
    vi.stubEnv("PULSE_SERVER", `unix:${join(empty, "none")}`);
    vi.stubEnv("ALSA_CONFIG_PATH", join(empty, "asound.conf"));
  }

  it("is NO_AUDIO_DEVICE, with what was tried and what to do", async () => {
    silence();
    const speaker = createSpeaker();
    const error: unknown = await speaker.openSink(format).catch((thrown: unknown) => thrown);
    expect(TTSError.isInstance(error) && error.code).toBe("NO_AUDIO_DEVICE");
    for (const word of ["node-web-audio-api", "pacat: it is not installed", "aplay: it is not installed", "onChunk"]) expect(String(error)).toContain(word);
    expect(TTSError.isInstance(error) && error.message).toMatch(/^Nothing can play sound here \(node-web-audio-api: [^;]+; pacat: [^;]+; aplay: [^;]+\)\. Connect /u);
    await speaker.close();
  });

  it("is described, with the reason of each way", async () => {
    silence();
    const speaker = createSpeaker();
    const report = await speaker.describe();
    expect(report.backend).toBeUndefined();
    expect(report.remedy).toContain("Connect a sound device");
    expect(report.backends.map(({ backend, usable }) => [backend, usable])).toEqual([["web-audio", false], ["pacat", false], ["aplay", false]]);
    expect(await speaker.devices()).toEqual([]);
    await speaker.close();
  });

  it("says which devices there are when another was named", async () => {
    silence();
    const speaker = createSpeaker({ device: "kitchen" });
    await expect(speaker.openSink(format)).rejects.toThrow(/"kitchen" \(none were found\)/u);
    await speaker.close();
  });
});

describe.skipIf(missing.length > 0)("a machine with a sound server", () => {
  let rig: PulseRig;

  beforeAll(async () => {
    rig = await startPulseRig();
    for (const [name, value] of Object.entries(rig.environment)) vi.stubEnv(name, value);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await rig.close();
  });

  it("lists its devices and plays on one by name", async () => {
    const speaker = createSpeaker({ backend: "pacat", device: "null" });
    expect(await speaker.devices()).toEqual([{ id: "null", name: "null", backend: "pacat", isDefault: true }]);
    const sink = await speaker.openSink(format);
    await sink.write(chunkOf(noise(4800), { sampleRate: 48_000 }));
    await sink.end();
    expect(sink.playedFrames()).toBe(4800);
    await speaker.close();
    await expect(sink.write(chunkOf(noise(10), { sampleRate: 48_000 }))).rejects.toMatchObject({ code: "STREAM_CLOSED" });
  });

  it("says what pacat says of a device that is not there", async () => {
    const speaker = createSpeaker({ backend: "pacat", device: "kitchen" });
    await expect(speaker.openSink(format)).rejects.toThrow(/No such entity/u);
    await speaker.close();
  });

  it("describes what it would use", async () => {
    const report = await createSpeaker({ backend: "pacat" }).describe();
    expect(report).toEqual({ backend: "pacat", sampleRate: 48_000, backends: [{ backend: "pacat", usable: true, detail: "plays at 48000 Hz" }], remedy: undefined });
  });

  it.skipIf(!existsSync(built))("lets Node end, leaves nothing running and prints nothing", async () => {
    const program = `
      const { createSpeaker } = await import(${JSON.stringify(built)});
      const speaker = createSpeaker();
      const sink = await speaker.openSink({ sampleRate: 24000, channels: 1 });
      const samples = new Float32Array(4800).fill(0.1);
      await sink.write({ samples, sampleRate: sink.format.sampleRate, channels: 1 });
      await sink.end();
    `;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { timeout: 20_000 });
    expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "" });
    const played = (): string => spawnSync("pactl", ["list", "clients", "short"], { encoding: "utf8" }).stdout;
    await untilTrue(() => !/node|Parlando/u.test(played()), "the players to be gone");
  });

  it("fails the sink when the server dies, and opening when it hangs", async () => {
    const speaker = createSpeaker({ backend: "pacat" });
    const sink = await speaker.openSink(format);
    const writing = sink.write(chunkOf(noise(480_000), { sampleRate: 48_000 })).catch((error: unknown) => error);
    rig.server.kill("SIGSTOP");
    await expect(createSpeaker().openSink(format)).rejects.toThrow(/did not answer within/u);
    rig.server.kill("SIGCONT");
    rig.server.kill("SIGKILL");
    expect(await writing).toMatchObject({ code: "NO_AUDIO_DEVICE" });
    await sink.close();
    await speaker.close();
    await expect(createSpeaker({ backend: "pacat" }).openSink(format)).rejects.toMatchObject({ code: "NO_AUDIO_DEVICE" });
  });
});

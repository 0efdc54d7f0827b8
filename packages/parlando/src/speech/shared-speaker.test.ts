import type { Sink } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createSharedSpeaker, type SpeakerDevice } from "./shared-speaker.ts";

const format = { sampleRate: 16_000, channels: 1 };
const never = new AbortController().signal;
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function silentSink(): Sink {
  const nothing = async (): Promise<void> => {};
  return { write: nothing, playedFrames: () => 0, pause: nothing, resume: nothing, clear: async () => 0, end: nothing, close: nothing };
}

function countingDevice(): SpeakerDevice & { opened: number; closed: number } {
  const device = {
    opened: 0,
    closed: 0,
    openSink: async () => {
      device.opened++;
      return silentSink();
    },
    close: async () => {
      device.closed++;
    },
  };
  return device;
}

describe("createSharedSpeaker", () => {
  it("lets one stream at a time play, in the order of their claims", async () => {
    const device = countingDevice();
    const speaker = createSharedSpeaker(async () => device);
    const first = await speaker.claimAfter(undefined).open(format, never);
    const second = speaker.claimAfter(undefined).open(format, never);
    const third = speaker.claimAfter(undefined);
    const thirdSink = third.open(format, never);
    await settle();
    expect(device.opened).toBe(1);
    await first.end();
    await (await second).close();
    await thirdSink;
    expect(device.opened).toBe(3);
  });

  it("frees the device when the stream of a claim has ended without closing its sink", async () => {
    const device = countingDevice();
    const speaker = createSharedSpeaker(async () => device);
    const claim = speaker.claimAfter(undefined);
    await claim.open(format, never);
    const second = speaker.claimAfter(undefined).open(format, never);
    claim.release();
    await second;
    expect(device.opened).toBe(2);
  });

  it("lets a waiting claim be called off, and the next one past it", async () => {
    const device = countingDevice();
    const speaker = createSharedSpeaker(async () => device);
    const first = await speaker.claimAfter(undefined).open(format, never);
    const ending = new AbortController();
    const second = speaker.claimAfter(undefined).open(format, ending.signal);
    const third = speaker.claimAfter(undefined).open(format, never);
    ending.abort();
    await expect(second).rejects.toMatchObject({ code: "ABORTED" });
    await first.close();
    await third;
    expect(device.opened).toBe(2);
  });

  it("claims nothing before the turn of its utterance, so that a later one cannot take the device from an earlier one", async () => {
    const device = countingDevice();
    const speaker = createSharedSpeaker(async () => device);
    let callTurn = (): void => {};
    const turn = new Promise<void>((resolve) => (callTurn = resolve));
    const later = speaker.claimAfter(turn).open(format, never);
    await settle();
    const earlier = await speaker.claimAfter(Promise.resolve()).open(format, never);
    expect(device.opened).toBe(1);
    callTurn();
    await earlier.end();
    await later;
    expect(device.opened).toBe(2);
  });

  it("tells why there is no device, and tries again at the next claim", async () => {
    const device = countingDevice();
    let attempts = 0;
    const speaker = createSharedSpeaker(async () => {
      attempts++;
      if (attempts === 1) throw new TTSError("NO_AUDIO_DEVICE", "There is no device.");
      return device;
    });
    await expect(speaker.claimAfter(undefined).open(format, never)).rejects.toMatchObject({ code: "NO_AUDIO_DEVICE" });
    await speaker.claimAfter(undefined).open(format, never);
    expect(device.opened).toBe(1);
    await speaker.close();
    await speaker.close();
    expect(device.closed).toBe(1);
  });
});

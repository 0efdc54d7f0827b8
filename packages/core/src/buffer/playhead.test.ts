import { createFakeClock } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { Playhead } from "./playhead.ts";

function createAsked(told: () => number | undefined) {
  const playhead = new Playhead(createFakeClock(), 1_000);
  let asks = 0;
  playhead.follow(() => {
    asks += 1;
    return told();
  });
  playhead.handed(5_000);
  return { playhead, asks: () => asks };
}

describe("a playhead that is held", () => {
  it("asks the sink once, and anew when it is released", () => {
    let played = 100;
    const { playhead, asks } = createAsked(() => played);
    playhead.hold();
    expect([playhead.heardFrames(), playhead.expectedFrames(), playhead.basis]).toEqual([100, 100, "sink"]);
    played = 200;
    playhead.hold();
    expect(playhead.heardFrames()).toBe(100);
    expect(asks()).toBe(1);
    playhead.release();
    expect(playhead.heardFrames()).toBe(200);
    expect(playhead.heardFrames()).toBe(200);
    expect(asks()).toBe(3);
  });

  it("asks a sink without a clock once, and goes by what was delivered", () => {
    const { playhead, asks } = createAsked(() => undefined);
    playhead.hold();
    playhead.delivered();
    expect([playhead.heardFrames(), playhead.basis]).toEqual([0, "assumed"]);
    expect(asks()).toBe(1);
    playhead.release();
  });
});

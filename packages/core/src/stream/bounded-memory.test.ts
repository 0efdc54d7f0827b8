import { createFakeClock, createPacedSink, createScriptedEngine, numberedText } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createSpeechStream } from "./create-speech-stream.ts";

const MEBIBYTE = 2 ** 20;

describe("memory", () => {
  it("stays flat while a taker that is far too slow is fed for half an hour", async () => {
    const clock = createFakeClock();
    const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1 });
    const sink = createPacedSink({ clock, speed: 0.1, record: false });
    const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink });
    let fed = 0;
    const feeding = (async () => {
      for (;;) {
        const text = `${numberedText({ words: 20, first: fed })} `;
        await stream.feed(text);
        fed += 20;
      }
    })();
    feeding.catch(() => undefined);
    await clock.advance(5 * 60_000);
    const beforeBytes = process.memoryUsage().heapUsed;
    const madeMs = (): number => engine.requests.reduce((sum, request) => sum + request.audioMs, 0);
    const takenMs = (): number => ((sink.playedFrames() ?? 0) * 1000) / 24_000;
    let most = 0;
    for (let minute = 0; minute < 25; minute += 1) {
      await clock.advance(60_000);
      most = Math.max(most, madeMs() - takenMs());
    }
    // The mark, what the sink holds, and the block that was under way.
    expect(most).toBeLessThan(1000 + 200 + 200);
    expect(process.memoryUsage().heapUsed - beforeBytes).toBeLessThan(30 * MEBIBYTE);
    await stream.close();
    await expect(feeding).rejects.toMatchObject({ code: "STREAM_CLOSED" });
  });
});

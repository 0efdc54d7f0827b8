import { describe, expect, it } from "vitest";
import { createBadSink, sinkFaults, type SinkFault } from "../../sinks/bad-sinks.ts";
import { createPacedSink } from "../../sinks/paced-sink.ts";
import { describeSink, runSinkChecks } from "./run-sink-checks.ts";

describeSink("paced", () => createPacedSink(), { describe, it });
describeSink("paced, stereo at 48 kHz, with a large buffer", () => createPacedSink({ format: { sampleRate: 48_000, channels: 2 }, bufferMs: 200, frameMs: 10 }), { describe, it });
describeSink("without a playhead", () => createPacedSink({ playhead: false }), { describe, it });

const caughtBy: Record<SinkFault, string> = {
  "write-rejects": "takes audio to its end, and says when everything was played",
  "write-throws": "takes audio to its end, and says when everything was played",
  "write-hangs": "takes audio to its end, and says when everything was played",
  "clear-hangs": "may be cleared when there is nothing, and twice",
  "clear-rejects": "may be cleared when there is nothing, and twice",
  "pause-rejects": "may be paused and resumed at any time, and twice",
  "end-hangs": "ends without audio",
  "end-rejects": "ends without audio",
  "close-hangs": "takes nothing after it was closed, and may be closed twice",
  "clear-leaves-writes": "settles every pending write and end when it is cleared, and tells the first frame not played",
  "plays-after-clear": "is silent after it was cleared",
  "pause-plays-on": "holds its playhead while it is paused, and loses nothing when it goes on",
  "takes-after-close": "takes nothing after it was closed, and may be closed twice",
  "takes-after-end": "takes nothing after its end",
  "playhead-jumps-back": "moves its playhead forwards only, and never past what was written",
  "playhead-runs-ahead": "moves its playhead forwards only, and never past what was written",
};

describe("every bad sink is caught", () => {
  it.each(sinkFaults)("%s", async (fault) => {
    const [result] = await runSinkChecks(() => createBadSink(fault), { timeoutMs: 1000, stopMs: 200, names: [caughtBy[fault]] });
    expect(result).toMatchObject({ name: caughtBy[fault], status: "failed" });
  });
});

import { describeSink } from "@parlando/testkit";
import { afterEach, describe, it } from "vitest";
import { MixerLine, type MixerLineOptions } from "./mixer-line.test-helper.ts";
import { LinePlayerSink } from "./player-sink.ts";

const lines: MixerLine[] = [];
afterEach(() => {
  for (const line of lines.splice(0)) line.stop();
});

function openSink(options: MixerLineOptions & { readonly aheadMs?: number } = {}): LinePlayerSink {
  const line = new MixerLine(options).start();
  lines.push(line);
  return new LinePlayerSink({ line, gain: 1, prebufferMs: 120, aheadMs: options.aheadMs ?? 1_000 });
}

describeSink("of the player", () => openSink(), { describe, it });
describeSink("of the player, at 48 kHz, 40 ms from the ear, holding little", () => openSink({ sampleRate: 48_000, latencyMs: 40, fadeFrames: 240, aheadMs: 100 }), { describe, it });

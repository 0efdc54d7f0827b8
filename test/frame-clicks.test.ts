import { createFrameSink, type AudioChunk, type FrameSinkOptions, type SentFrame } from "@parlando/core";
import { assertNoClicks, createFakeClock, createRandom, createTestChunks, measureClicks, type FakeClock } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { vowel } from "./vowel.test-helper.ts";

type StatelessEncoding = NonNullable<FrameSinkOptions["encoding"]>;

interface Sent extends SentFrame {
  readonly samples: Float32Array;
}

/** A far side that plays every frame at its time. */
interface FarSide {
  readonly clock: FakeClock;
  readonly sink: ReturnType<typeof createFrameSink>;
  readonly sent: Sent[];
}

const G711_SAMPLES: Readonly<Record<"mulaw" | "alaw", readonly number[]>> = { mulaw: decoded(mulawOf), alaw: decoded(alawOf) };

function decoded(valueOf: (byte: number) => number): number[] {
  return Array.from({ length: 256 }, (_, byte) => valueOf(byte) / 32_768);
}

/** ITU-T G.711, table 2a, by its rule. */
function mulawOf(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84;
  return (code & 0x80) === 0 ? magnitude : -magnitude;
}

/** ITU-T G.711, table 1a, by its rule. */
function alawOf(byte: number): number {
  const code = byte ^ 0x55;
  const exponent = (code & 0x70) >> 4;
  const mantissa = ((code & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (code & 0x80) === 0 ? -magnitude : magnitude;
}

function decode(bytes: Uint8Array<ArrayBuffer>, encoding: StatelessEncoding): Float32Array {
  if (encoding === "pcm-f32le") return new Float32Array(bytes.buffer);
  if (encoding === "pcm-s16le") return Float32Array.from(new Int16Array(bytes.buffer), (sample) => sample / 32_768);
  return Float32Array.from(bytes, (byte) => G711_SAMPLES[encoding][byte] ?? 0);
}

function open(sampleRate: number, encoding: StatelessEncoding, options: Partial<FrameSinkOptions> = {}): FarSide {
  const clock = createFakeClock();
  const sent: Sent[] = [];
  const send = (bytes: Uint8Array<ArrayBuffer>, frame: SentFrame): void => void sent.push({ ...frame, samples: decode(bytes, encoding) });
  // What is not played yet is dropped; what is being played goes on to its end.
  const drop = (): void => void sent.splice(0, sent.length, ...sent.filter(({ timeMs }) => timeMs <= clock.now()));
  return { clock, sent, sink: createFrameSink({ send, sampleRate, encoding, clock, ...(options.leadMs === undefined ? {} : { drop }), ...options }) };
}

/** What was played, each frame at its time, with silence before and after; and where sound was broken off or went on. */
function play(sent: readonly Sent[], sampleRate: number): { samples: Float32Array; edges: number[] } {
  const padding = sampleRate / 4;
  const frameAt = (timeMs: number): number => padding + Math.round((timeMs * sampleRate) / 1000);
  const samples = new Float32Array(frameAt((sent.at(-1)?.timeMs ?? 0) + 20) + padding);
  const edges = new Set<number>();
  const fade = sampleRate / 200;
  for (const [index, frame] of sent.entries()) {
    const start = frameAt(frame.timeMs);
    const before = sent[index - 1];
    samples.set(frame.samples, start);
    if (before !== undefined && (before.frames < before.samples.length || frame.timeMs > before.timeMs + 20)) edges.add(start).add(start + fade);
    if (frame.frames === frame.samples.length) continue;
    const end = Math.min(frame.frames, frame.samples.length - fade);
    edges.add(start + end).add(start + end + fade).add(start + frame.frames);
  }
  return { samples, edges: [...edges] };
}

/** A voice high enough that its own pulses are no rare peaks to the measure. */
const voice = (ms: number, { sampleRate, seed }: { sampleRate: number; seed: number }): Float32Array => vowel((ms * sampleRate) / 1000, { sampleRate, pitchHz: 180 + 7 * (seed % 9), seed });

const chunksOf = (samples: Float32Array, sampleRate: number, chunkMs = 30): AudioChunk[] => createTestChunks({ samples, sampleRate, chunkFrames: (chunkMs * sampleRate) / 1000 });

async function pausedOften({ clock, sink }: FarSide, samples: Float32Array, sampleRate: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  const writing = (async () => {
    for (const chunk of chunksOf(samples, sampleRate)) await sink.write(chunk);
    await sink.end();
  })();
  for (let pause = 0; pause < 6; pause += 1) {
    await clock.advance(random.integer(150, 330));
    await clock.runUntil(sink.pause());
    await clock.advance(random.integer(120, 300));
    await sink.resume();
  }
  await clock.runUntil(writing);
}

async function writtenLate({ clock, sink }: FarSide, samples: Float32Array, sampleRate: number, seed: number): Promise<void> {
  const random = createRandom(seed);
  for (let start = 0; start < samples.length; ) {
    const length = Math.round((random.integer(110, 400) * sampleRate) / 1000);
    for (const chunk of chunksOf(samples.subarray(start, start + length), sampleRate)) await clock.runUntil(sink.write(chunk));
    await clock.advance(random.integer(250, 500));
    start += length;
  }
}

const kinds = [8_000, 16_000, 24_000, 48_000].flatMap((sampleRate) =>
  (["pcm-s16le", "pcm-f32le", "mulaw", "alaw"] as const).map((encoding) => ({ sampleRate, encoding })),
);

describe.each(kinds)("frames at $sampleRate Hz in $encoding", ({ sampleRate, encoding }) => {
  it.each<[string, Partial<FrameSinkOptions>]>([["", {}], [", sent ahead and dropped", { leadMs: 100 }]])("do not click where they are paused and go on%s", async (_, options) => {
    for (const seed of [1, 2, 3]) {
      const far = open(sampleRate, encoding, options);
      await pausedOften(far, voice(2_500, { sampleRate, seed }), sampleRate, seed);
      const { samples, edges } = play(far.sent, sampleRate);
      expect(edges.length).toBeGreaterThan(15);
      assertNoClicks(samples, sampleRate, { positions: edges });
    }
  });

  it("do not click where they are cleared", async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const far = open(sampleRate, encoding);
      void (async () => {
        for (const chunk of chunksOf(voice(1_000, { sampleRate, seed }), sampleRate)) await far.sink.write(chunk);
      })().catch(() => undefined);
      await far.clock.advance(200 + 77 * seed);
      await far.clock.runUntil(far.sink.clear());
      const { samples, edges } = play(far.sent, sampleRate);
      expect(edges.length).toBeGreaterThan(1);
      assertNoClicks(samples, sampleRate, { positions: edges });
    }
  });

  it("do not click where the writer is late", async () => {
    for (const seed of [1, 2, 3]) {
      const far = open(sampleRate, encoding);
      await writtenLate(far, voice(2_500, { sampleRate, seed }), sampleRate, seed);
      const { samples, edges } = play(far.sent, sampleRate);
      expect(edges.length).toBeGreaterThan(15);
      assertNoClicks(samples, sampleRate, { positions: edges });
    }
  });

  it("would click if nothing was sent there", async () => {
    const far = open(sampleRate, encoding);
    await pausedOften(far, voice(2_500, { sampleRate, seed: 1 }), sampleRate, 1);
    const { samples, edges } = play(far.sent.map((frame) => (frame.frames === 0 ? { ...frame, samples: frame.samples.map(() => 0) } : frame)), sampleRate);
    expect(Math.max(...measureClicks(samples, sampleRate, edges).map(({ db }) => db))).toBeGreaterThan(6);
  });
});

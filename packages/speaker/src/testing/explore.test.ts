import { it, beforeAll, afterAll } from "vitest";
import { createSpeaker } from "../index.ts";
import { startPulseRig, type PulseRig } from "./pulse-rig.ts";
import { chunksOf, noise, soundIn, find } from "./signals.ts";
let rig: PulseRig;
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));
beforeAll(async () => { rig = await startPulseRig(); Object.assign(process.env, rig.environment); });
afterAll(async () => rig.close());
for (const backend of ["web-audio", "pacat", "aplay"] as const) {
  it(backend, async () => {
    const speaker = createSpeaker({ backend });
    const wave = noise(48000 * 2);
    const chunks = chunksOf(wave, { sampleRate: 48000, chunkMs: 20 });
    for (let round = 0; round < 4; round++) {
    const rec = await rig.record();
    const sink = await speaker.openSink({ sampleRate: 24000, channels: 1 });
    const rate = sink.format!.sampleRate!;
    const t = performance.now();
    const writing = (async () => { for (const c of chunks) await sink.write(c); await sink.end(); })().catch((e: unknown) => e);
    const log: Record<string, unknown> = { backend, round };
    if (round < 2) {
      await sleep(700 + round * 37);
      const p0 = performance.now(); await sink.pause(); log.pauseTook = performance.now() - p0;
      await sleep(400);
      log.playheadPaused = sink.playedFrames();
      await sink.resume();
      await writing; 
      await sink.close();
      const r = await rec.stop();
      const s = soundIn(r)!; log.firstSound = rec.timeOf(s.first) - t;
      const a = find(r, wave.subarray(0, 200)), b = find(r, wave.subarray(wave.length - 200));
      // zeros run
      let z = 0, zr = 0, zend = 0; for (let i = s.first; i < s.end; i++) { if (Math.abs(r[i]!) <= 2) { z++; if (z > zr) { zr = z; zend = i + 1; } } else z = 0; }
      const silenceStart = zend - zr;
      log.silenceAfterPause = rec.timeOf(silenceStart) - p0; log.gap = zr; log.total = b + 200 - a - zr - wave.length; log.pos1 = silenceStart - a; 
      let bad1 = 0; for (let i = 0; i < silenceStart - a; i++) if (Math.abs(r[a + i]! - wave[i]!) > 1) bad1++;
      let bad2 = 0; const rest = b + 200 - zend; for (let i = 0; i < rest; i++) if (Math.abs(r[b + 199 - i]! - wave[wave.length - 1 - i]!) > 1) bad2++;
      Object.assign(log, { a, b, bad1, bad2 });
    } else {
      await sleep(700 + round * 37);
      const p0 = performance.now(); const first = await sink.clear(); log.clearTook = performance.now() - p0; log.first = first;
      log.write = String(await writing);
      const c0 = performance.now(); await sink.close(); log.closeTook = performance.now() - c0;
      const r = await rec.stop();
      const s = soundIn(r)!; const a = find(r, wave.subarray(0, 200));
      log.silenceAfterClear = rec.timeOf(s.end) - p0; log.heardReal = s.end - a; log.playhead = sink.playedFrames();
      let bad1 = 0; for (let i = 0; i < s.end - a; i++) if (Math.abs(r[a + i]! - wave[i]!) > 1) bad1++;
      log.bad1 = bad1;
    }
    console.log(log);
    }
    await speaker.close();
  });
}

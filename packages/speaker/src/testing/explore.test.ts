import { it, beforeAll, afterAll } from "vitest";
import { createSpeaker } from "../index.ts";
import { startPulseRig, type PulseRig } from "./pulse-rig.ts";
import { chunksOf, noise, find, soundIn } from "./signals.ts";
import { compare } from "./compare.ts";
let rig: PulseRig;
beforeAll(async () => { rig = await startPulseRig(); Object.assign(process.env, rig.environment); });
afterAll(async () => rig.close());
for (const backend of (process.env["BACKENDS"] ?? "web-audio,pacat,aplay").split(",") as ("web-audio" | "pacat")[]) {
  it(backend, async () => {
    const wave = noise(48000 * 2);
    const chunks = chunksOf(wave, { sampleRate: 48000, chunkMs: 20 });
    for (let round = 0; round < 8; round++) {
      const speaker = createSpeaker({ backend });
      const rec = await rig.record();
      const o = performance.now();
      const sink = await speaker.openSink({ sampleRate: 24000, channels: 1 });
      const open = performance.now() - o;
      const t = performance.now();
      for (const c of chunks) await sink.write(c);
      await sink.end(); const e = performance.now();
      await speaker.close(); const c = performance.now();
      const r = await rec.stop();
      const s = soundIn(r)!; const a = find(r, wave.subarray(0, 100));
      const cmp = compare(r, wave, a);
      if (cmp.differsAt !== undefined) { const d = cmp.differsAt; const g = cmp.gaps.reduce((x, y) => x + y.frames, 0); const pos = a + d + g; 
        const later = find(r, wave.subarray(d + 600, d + 700), pos - 5000); console.log("DIFF", backend, d, "shift at +600:", later - (pos + 600), "rec", [...r.subarray(pos - 3, pos + 9)].join(","), "wave", [...wave.subarray(d - 3, d + 9)].join(","), "seconds into rec", pos / 48000); }
      console.log(backend, JSON.stringify({ open: +open.toFixed(0), firstSound: +(rec.timeOf(s.first) - t).toFixed(1), endLate: +(e - rec.timeOf(s.end)).toFixed(1), close: +(c - e).toFixed(0), ...compare(r, wave, a) }));
    }
  }, 60000);
}

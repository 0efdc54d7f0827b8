import { it, beforeAll, afterAll } from "vitest";
import { createSpeaker } from "../index.ts";
import { startPulseRig, type PulseRig } from "./pulse-rig.ts";
import { chunksOf, noise, find } from "./signals.ts";
let rig: PulseRig;
beforeAll(async () => { rig = await startPulseRig(); Object.assign(process.env, rig.environment); });
afterAll(async () => rig.close());
for (const backend of (process.env["BACKENDS"] ?? "web-audio,pacat").split(",") as ("web-audio" | "pacat")[]) {
  it(backend, async () => {
    const speaker = createSpeaker({ backend });
    const wave = noise(48000 * 3);
    const chunks = chunksOf(wave, { sampleRate: 48000, chunkMs: 20 });
    const gaps: unknown[] = [];
    for (let round = 0; round < 6; round++) {
      const rec = await rig.record();
      const sink = await speaker.openSink({ sampleRate: 24000, channels: 1 });
      let worst = 0, lastTick = performance.now(); const tk = setInterval(() => { const n = performance.now(); worst = Math.max(worst, n - lastTick - 5); lastTick = n; }, 5);
      for (const c of chunks) await sink.write(c);
      await sink.end();
      await sink.close();
      const r = await rec.stop();
      const a = find(r, wave.subarray(0, 100)), b = find(r, wave.subarray(wave.length - 100));
      clearInterval(tk);
      const zs: string[] = []; let z = 0; for (let i = a; i < b; i++) { if (Math.abs(r[i]!) <= 2) z++; else { if (z > 1) zs.push(`${z}@${i - a}`); z = 0; } }
      gaps.push(`${b + 100 - a - wave.length} late ${worst.toFixed(0)} zeros ${zs.join(" ")}`);
    }
    console.log(backend, JSON.stringify(gaps));
    await speaker.close();
  });
}

import { it } from "vitest";
import { createPollyEngine } from "@parlando/cloud/polly";
import { lanes } from "./lanes.test-helper.ts";
import { speakThrough } from "./run-cell.test-helper.ts";
it("client", { timeout: 200_000 }, async () => {
  for (let i = 0; i < 400; i += 1) {
    const engine = createPollyEngine({ region: "us-east-1", endpoint: "http://127.0.0.1:18181", credentials: { accessKeyId: "k", secretAccessKey: "s" }, formats: ["pcm"], engine: "neural", voice: "Joanna", firstByteMs: 300, idleMs: 300 });
    const end = await speakThrough(lanes[0]!, { engine, fake: undefined as never }, "Zebrafinch w1 quokkaberry w3 platypusly. Xylophonist w6 narwhalish.");
    if (i % 100 === 0) console.log(i, String(end.error).slice(0, 80));
    await engine.close();
  }
});

import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";

import { hurryRig } from "./hurry-rig.ts";

const recordingRate = 48_000;

/** What the null device of the rig played: one channel, 48 kHz, 16 bits, with the time at which each part was there. */
export class Recording {
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #parts: Int16Array[] = [];
  #frames = 0;
  /** Smallest `arrival time - frames before it`: when frame 0 was played, give or take the recorder's own delay. */
  #startedAt = Infinity;

  private constructor(child: ChildProcessByStdio<null, Readable, null>) {
    this.#child = child;
    let odd = new Uint8Array(0);
    child.stdout.on("data", (data: Buffer) => {
      const bytes = new Uint8Array(odd.length + data.length);
      bytes.set(odd);
      bytes.set(data, odd.length);
      const whole = bytes.length - (bytes.length % 2);
      odd = bytes.slice(whole);
      this.#parts.push(new Int16Array(bytes.buffer.slice(0, whole)));
      this.#frames += whole / 2;
      this.#startedAt = Math.min(this.#startedAt, performance.now() - (this.#frames * 1000) / recordingRate);
    });
  }

  /** Starts to record; resolves when the first samples have come. */
  static async start(env: NodeJS.ProcessEnv): Promise<Recording> {
    const format = ["--raw", "--format=s16le", `--rate=${recordingRate}`, "--channels=1", "--channel-map=front-left", "--no-remix"];
    const child = spawn("parec", ["-d", "null.monitor", "--latency-msec=10", ...format], { env, stdio: ["ignore", "pipe", "ignore"] });
    hurryRig(child);
    const recording = new Recording(child);
    while (recording.#frames === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    return recording;
  }

  /** When a frame of the recording was played, in `performance.now()`. */
  timeOf(frame: number): number {
    return this.#startedAt + (frame * 1000) / recordingRate;
  }

  /** The frame being played at a time. */
  frameAt(time: number): number {
    return Math.round(((time - this.#startedAt) * recordingRate) / 1000);
  }

  samples(): Int16Array {
    const all = new Int16Array(this.#frames);
    let filled = 0;
    for (const part of this.#parts) {
      all.set(part, filled);
      filled += part.length;
    }
    return all;
  }

  /** Records a little longer, then ends; gives everything. */
  async stop(afterMs = 150): Promise<Int16Array> {
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    const gone = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.kill("SIGTERM");
    await gone;
    return this.samples();
  }
}

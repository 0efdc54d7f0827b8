import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

import { encodePcm } from "@parlando/core";
import type { TTSError } from "@parlando/engine";

import type { Line, LinePacing, LineRequest } from "../line/line.ts";
import { noAudioDevice } from "../line/no-audio-device.ts";
import { throwIfAborted } from "../line/abort.ts";
import { endChild, endWithProcess, hurry, release } from "./children.ts";
import { Complaints } from "./complaints.ts";
import type { PipeMonitor, PipePlayer } from "./pipe-player.ts";

/** A sound server that is alive starts a stream in tens of milliseconds. */
const longestStartMs = 2000;

/** What a player may take to play what it holds and end by itself. */
const longestDrainMs = 600;

type PlayerProcess = ChildProcessByStdio<Writable, null, Readable>;

/** Starts a player and waits until its device plays (silence, for now). */
export async function openPipeLine(player: PipePlayer, request: LineRequest, signal: AbortSignal): Promise<Line> {
  throwIfAborted(signal);
  const line = new PipeLine(player, request);
  try {
    await line.started(signal);
    return line;
  } catch (error) {
    await line.kill();
    throw error;
  }
}

class PipeLine implements Line {
  readonly backend: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly blockFrames = 1;
  readonly #player: PipePlayer;
  readonly #monitor: PipeMonitor;
  readonly #complaints: Complaints;
  readonly #child: PlayerProcess;
  #putFrames = 0;
  #failure: TTSError | undefined;
  #closing = false;
  #onChange: (() => void) | undefined;

  constructor(player: PipePlayer, request: LineRequest) {
    this.backend = player.id;
    this.sampleRate = request.sampleRate;
    this.channels = request.channels;
    this.#player = player;
    this.#monitor = player.createMonitor(request);
    this.#complaints = new Complaints(player.progress);
    // The language of messages is fixed, because they are read by this program.
    const env = { ...process.env, LC_ALL: "C" };
    this.#child = spawn(player.id, player.arguments(request), { env, stdio: ["pipe", "ignore", "pipe"] });
    endWithProcess(this.#child);
    hurry(this.#child);
    release(this.#child);
    this.#listen();
    this.#keepSilence();
  }

  get pacing(): LinePacing {
    return this.#monitor.pacing;
  }

  get putFrames(): number {
    return this.#putFrames;
  }

  get failure(): TTSError | undefined {
    return this.#failure;
  }

  heardFrames(): number {
    return this.#monitor.heardFrames(performance.now(), this.#putFrames);
  }

  put(samples: Float32Array): void {
    this.#putFrames += samples.length / this.channels;
    if (this.#child.stdin.writable) this.#child.stdin.write(encodePcm(samples, "pcm-s16le"));
  }

  async started(signal: AbortSignal): Promise<void> {
    const timer = setTimeout(() => this.#fail(`it did not start playing within ${longestStartMs} ms`), longestStartMs);
    const wake = (): void => this.#onChange?.();
    signal.addEventListener("abort", wake);
    while (!this.#monitor.started && this.#failure === undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
    clearTimeout(timer);
    signal.removeEventListener("abort", wake);
    this.#onChange = undefined;
    throwIfAborted(signal);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#child.stdin.end();
    await endChild(this.#child, longestDrainMs);
  }

  async kill(): Promise<void> {
    this.#closing = true;
    this.#child.kill("SIGKILL");
    await endChild(this.#child, longestDrainMs);
  }

  #listen(): void {
    const { stdin, stderr } = this.#child;
    stderr.setEncoding("utf8");
    stderr.on("data", (text: string) => {
      const now = performance.now();
      this.#complaints.read(text, now);
      this.#monitor.read(text, now, this.#putFrames);
      if (!this.#monitor.started) this.#keepSilence();
      this.#onChange?.();
    });
    stderr.on("error", () => this.#fail("its messages could not be read"));
    // A pipe breaks when the player ends; its exit tells more.
    stdin.on("error", () => {});
    this.#child.on("error", (error: NodeJS.ErrnoException) => this.#fail(error.code === "ENOENT" ? "it is not installed" : `it could not be started (${error.code ?? error.message})`, error));
    this.#child.on("close", (code, signalName) => {
      const said = this.#complaints.first();
      this.#fail(`it ended with ${signalName ?? `status ${code ?? "unknown"}`}${said === undefined ? "" : `, saying: ${said}`}`);
    });
  }

  /** A server waits for a first amount before it plays, and tells only then how much that is. */
  #keepSilence(): void {
    const missing = this.pacing.silenceFrames - this.#putFrames;
    if (missing > 0) this.put(new Float32Array(missing * this.channels));
  }

  #fail(found: string, cause?: unknown): void {
    if (this.#closing) return;
    this.#failure ??= noAudioDevice(this.#player.id, found, `${this.#player.remedy}.`, cause);
    this.#onChange?.();
  }
}

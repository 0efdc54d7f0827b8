import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { TTSError } from "@parlando/engine";

import { throwIfAborted } from "../line/abort.ts";
import { HeardEstimate } from "../line/heard-estimate.ts";
import type { Line, LinePacing, LineRequest } from "../line/line.ts";
import { noAudioDevice, oneLine } from "../line/no-audio-device.ts";
import { endChild, endWithProcess, hurry, release } from "../pipe/children.ts";
import { renderQuantum, type HostCommand, type HostReport, type HostTask } from "./host-messages.ts";

/** A process starts, loads a library of some megabytes and opens a device; on a busy machine that takes a while. */
const longestStartMs = 5000;

/** The host only has to look at its clock. */
const longestCutMs = 500;

const longestCloseMs = 1000;

/** Held by the host, which can take it back: this is what a busy event loop of the app may cost without a gap. */
const leadMs = 150;

/** The way to the host, the device's buffer, and one tick. */
const lowMs = 90;

/** What the user can do when this backend fails. */
const remedy = "Connect a sound device or start a sound server.";

/** Starts a host process. */
export function startHost(hostFile: URL, task: HostTask): ChildProcess {
  const child = fork(fileURLToPath(hostFile), [JSON.stringify(task)], { execArgv: [], serialization: "advanced", stdio: ["ignore", "ignore", "ignore", "ipc"] });
  endWithProcess(child);
  hurry(child);
  return child;
}

/** Starts a host and waits until it has opened the device. */
export async function openWebAudioLine(hostFile: URL, request: LineRequest, signal: AbortSignal): Promise<Line> {
  throwIfAborted(signal);
  const child = startHost(hostFile, { task: "play", sampleRate: request.sampleRate, channels: request.channels, device: request.device });
  try {
    const report = await firstReport(child, signal);
    if (report.type !== "open") throw noAudioDevice("node-web-audio-api", report.type === "failed" ? oneLine(report.reason) : "it gave an unknown answer", remedy);
    release(child);
    child.channel?.unref();
    return new WebAudioLine(child, report.sampleRate, request.channels);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** The first thing that a host tells; rejects when it ends before, takes too long or is called off. */
export async function firstReport(child: ChildProcess, signal: AbortSignal): Promise<HostReport> {
  return new Promise<HostReport>((resolve, reject) => {
    const refuse = (found: string, cause?: unknown): void => settle(() => reject(noAudioDevice("node-web-audio-api", found, remedy, cause)));
    const timer = setTimeout(() => refuse(`the sound device did not open within ${longestStartMs} ms`), longestStartMs);
    const onMessage = (report: HostReport): void => settle(() => resolve(report));
    const onExit = (code: number | null, signalName: string | null): void => refuse(`its process ended with ${signalName ?? `status ${code ?? "unknown"}`}`);
    const onError = (error: Error): void => refuse("its process could not be started", error);
    const onAbort = (): void => settle(() => reject(signal.reason as Error));
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit).off("error", onError);
      signal.removeEventListener("abort", onAbort);
      finish();
    };
    child.on("message", onMessage).on("exit", onExit).on("error", onError);
    signal.addEventListener("abort", onAbort, { once: true });
  }).catch((error: unknown) => {
    throwIfAborted(signal);
    throw error;
  });
}

class WebAudioLine implements Line {
  readonly backend = "web-audio";
  readonly sampleRate: number;
  readonly channels: number;
  readonly blockFrames = renderQuantum;
  readonly pacing: LinePacing;
  readonly cut = (): Promise<number> => this.#cut();
  readonly #child: ChildProcess;
  readonly #heard: HeardEstimate;
  #putFrames = 0;
  #failure: TTSError | undefined;
  #closing = false;
  #onCut: ((frame: number) => void) | undefined;

  constructor(child: ChildProcess, sampleRate: number, channels: number) {
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.#child = child;
    this.#heard = new HeardEstimate(sampleRate);
    const frames = (ms: number): number => Math.round((ms * sampleRate) / 1000);
    this.pacing = { leadFrames: frames(leadMs), lowFrames: frames(lowMs), silenceFrames: 0, tickMs: 20 };
    child.on("message", (report: HostReport) => this.#read(report));
    child.on("error", (error) => void this.#fail("its process could not be reached", error));
    child.on("exit", (code, signalName) => void this.#fail(`its process ended with ${signalName ?? `status ${code ?? "unknown"}`}`));
  }

  get putFrames(): number {
    return this.#putFrames;
  }

  get failure(): TTSError | undefined {
    return this.#failure;
  }

  heardFrames(): number {
    return this.#heard.at(performance.now(), this.#putFrames);
  }

  put(samples: Float32Array): void {
    this.#putFrames += samples.length / this.channels;
    this.#send({ type: "put", samples });
  }

  async close(): Promise<void> {
    if (!this.#closing) this.#send({ type: "close" });
    this.#closing = true;
    await endChild(this.#child, longestCloseMs);
  }

  async #cut(): Promise<number> {
    return new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#child.kill("SIGKILL");
        reject(this.#fail(`its process did not answer within ${longestCutMs} ms`));
      }, longestCutMs);
      this.#onCut = (frame) => {
        clearTimeout(timer);
        this.#onCut = undefined;
        this.#putFrames = frame;
        resolve(frame);
      };
      this.#send({ type: "cut" });
    });
  }

  #read(report: HostReport): void {
    if (report.type === "heard") this.#heard.report(report.frames, performance.now(), report.moving);
    else if (report.type === "cut") this.#onCut?.(report.frame);
  }

  #send(command: HostCommand): void {
    // A host that is gone tells so by its exit; the callback only keeps the error from being thrown.
    if (this.#child.connected) this.#child.send(command, () => {});
  }

  #fail(found: string, cause?: unknown): TTSError {
    const failure = noAudioDevice("node-web-audio-api", found, remedy, cause);
    if (!this.#closing) this.#failure ??= failure;
    return failure;
  }
}

import { HeardEstimate } from "../line/heard-estimate.ts";
import type { LinePacing } from "../line/line.ts";
import { LineReader, type PipeFormat, type PipeMonitor, type PipePlayer } from "./pipe-player.ts";

/** What the sound server is asked to hold; with less, a busy machine runs dry. */
const serverLatencyMs = 40;

/** Ahead of the listener at the start; about what the server holds and one turn of the timer. */
const firstLeadMs = 50;

/** A device with a long buffer of its own (Bluetooth) wants more; beyond this a stop would be late. */
const longestLeadMs = 500;

/** Between the silence that is kept up and the audio that is put, so that audio has a place to wait. */
const silenceBelowLeadMs = 12;

/** PulseAudio and PipeWire, through `pacat` of pulseaudio-utils. */
export const pacat: PipePlayer = {
  id: "pacat",
  remedy: "Install pulseaudio-utils and start PulseAudio or PipeWire",
  progress: /(?:Opening a playback stream|Connection established|Stream (?:successfully|started|underrun|overrun|drained)|Buffer metrics|Using sample spec|Connected to device|Time: )[^\r\n]*/gu,
  arguments: ({ sampleRate, channels, device }) => [
    "--playback",
    "--raw",
    "--format=s16le",
    `--rate=${sampleRate}`,
    `--channels=${channels}`,
    `--latency-msec=${serverLatencyMs}`,
    "--client-name=Parlando",
    // Tells on standard error what was heard, twenty times a second.
    "--verbose",
    ...(device === undefined ? [] : [`--device=${device}`]),
  ],
  createMonitor: (format) => new PacatMonitor(format),
};

class PacatMonitor implements PipeMonitor {
  readonly #format: PipeFormat;
  readonly #lines = new LineReader();
  readonly #heard: HeardEstimate;
  #started = false;
  #leadMs = firstLeadMs;
  #underrunsAt = 0;

  constructor(format: PipeFormat) {
    this.#format = format;
    this.#heard = new HeardEstimate(format.sampleRate);
  }

  get started(): boolean {
    return this.#started;
  }

  get pacing(): LinePacing {
    const frames = (ms: number): number => Math.round((ms * this.#format.sampleRate) / 1000);
    return { leadFrames: frames(this.#leadMs), lowFrames: frames(this.#leadMs - 20), silenceFrames: frames(this.#leadMs - silenceBelowLeadMs), tickMs: 10 };
  }

  read(text: string, at: number): void {
    for (const line of this.#lines.read(text)) this.#readLine(line, at);
  }

  heardFrames(at: number, putFrames: number): number {
    return this.#heard.at(at, putFrames);
  }

  #readLine(line: string, at: number): void {
    const time = /Time: (\d+\.\d+) sec/u.exec(line)?.[1];
    if (time !== undefined) return this.#heard.report(Number(time) * this.#format.sampleRate, at);
    const metrics = /prebuf=(\d+), minreq=(\d+)/u.exec(line);
    if (metrics !== null) return this.#raiseLead(this.#bytesToMs(Number(metrics[1]) + Number(metrics[2])) + silenceBelowLeadMs);
    if (line.includes("Stream started")) {
      this.#started = true;
      return this.#heard.report(0, at);
    }
    // Bursts count once: the server tells of one shortage several times.
    if (line.includes("underrun") && this.#started && at - this.#underrunsAt > 100) {
      this.#underrunsAt = at;
      this.#raiseLead(this.#leadMs * 1.25);
    }
  }

  #raiseLead(leadMs: number): void {
    this.#leadMs = Math.min(longestLeadMs, Math.max(this.#leadMs, leadMs));
  }

  #bytesToMs(bytes: number): number {
    return (bytes * 1000) / (2 * this.#format.channels * this.#format.sampleRate);
  }
}

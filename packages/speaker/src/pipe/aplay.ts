import { HeardEstimate } from "../line/heard-estimate.ts";
import type { LinePacing } from "../line/line.ts";
import type { PipeFormat, PipeMonitor, PipePlayer } from "./pipe-player.ts";

/** The smallest buffer and period with which aplay does not run dry; without them it does at once. */
const bufferMs = 60;
const periodMs = 15;

/** One full buffer, the period that is being read, and one turn of the timer: all of it is heard after a stop, so the turns are short. */
const tickMs = 5;
const leadMs = bufferMs + periodMs + tickMs;

/** ALSA, through `aplay` of alsa-utils. */
export const aplay: PipePlayer = {
  id: "aplay",
  remedy: "Install alsa-utils and connect a sound device",
  progress: /[#+ |]*\d*%/gu,
  arguments: ({ sampleRate, channels, device }) => [
    "-q",
    "-t", "raw",
    "-f", "S16_LE",
    "-r", `${sampleRate}`,
    "-c", `${channels}`,
    `--buffer-time=${bufferMs * 1000}`,
    `--period-time=${periodMs * 1000}`,
    // Prints one meter for each period that the device has taken: the only sign of progress that aplay gives.
    "-V", "mono",
    ...(device === undefined ? [] : ["-D", device]),
    "-",
  ],
  createMonitor: (format) => new AplayMonitor(format),
};

class AplayMonitor implements PipeMonitor {
  readonly pacing: LinePacing;
  readonly #framesPerMs: number;
  readonly #heard: HeardEstimate;
  #periods = 0;

  constructor(format: PipeFormat) {
    const framesPerMs = format.sampleRate / 1000;
    const frames = (ms: number): number => Math.round(ms * framesPerMs);
    this.#framesPerMs = framesPerMs;
    this.#heard = new HeardEstimate(format.sampleRate);
    this.pacing = { leadFrames: frames(leadMs), lowFrames: frames(leadMs - 25), silenceFrames: frames(leadMs - 10), tickMs };
  }

  get started(): boolean {
    return this.#periods * periodMs >= bufferMs;
  }

  read(text: string, at: number, putFrames: number): void {
    const meters = text.split("%").length - 1;
    if (meters === 0) return;
    const wasStarted = this.started;
    this.#periods += meters;
    if (!this.started) return;
    const takenMs = this.#periods * periodMs;
    const earliest = (takenMs - bufferMs) * this.#framesPerMs;
    const guess = wasStarted ? this.#heard.at(at, putFrames) : 0;
    // While a whole period waits unread, the buffer is full, and what was heard is known; else only the clock and its bounds are.
    const full = putFrames - takenMs * this.#framesPerMs >= periodMs * this.#framesPerMs;
    this.#heard.report(full ? earliest : Math.max(guess, earliest), at);
  }

  heardFrames(at: number, putFrames: number): number {
    return this.#heard.at(at, putFrames);
  }
}

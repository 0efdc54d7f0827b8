import type { BackendId, LinePacing } from "../line/line.ts";

/** What a player wants to be told before it starts. */
export interface PipeFormat {
  readonly sampleRate: number;
  readonly channels: number;
  readonly device: string | undefined;
}

/** A program that plays 16-bit samples from its standard input, and how it is to be understood. */
export interface PipePlayer {
  readonly id: Exclude<BackendId, "web-audio">;
  /** The package that has it, for the error message. */
  readonly remedy: string;
  /** What it says while all is well: left out of error messages. */
  readonly progress: RegExp;
  arguments(format: PipeFormat): readonly string[];
  createMonitor(format: PipeFormat): PipeMonitor;
}

/** Follows what a player tells on its standard error: the only clock that a pipe has. */
export interface PipeMonitor {
  /** Whether the device plays. */
  readonly started: boolean;
  readonly pacing: LinePacing;
  /** Takes what the player said at `at` (of `performance.now()`); `putFrames` were put by then. */
  read(text: string, at: number, putFrames: number): void;
  heardFrames(at: number, putFrames: number): number;
}

/** Cuts what a program says into lines, however it arrives; unfinished lines wait, up to a bound. */
export class LineReader {
  #rest = "";

  read(text: string): readonly string[] {
    const lines = (this.#rest + text).split(/[\r\n]+/u);
    this.#rest = (lines.pop() ?? "").slice(-1000);
    return lines;
  }
}

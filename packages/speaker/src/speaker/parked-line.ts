import type { Line } from "../line/line.ts";

/** How long a line waits for the next utterance before the device is given back. */
const parkedMs = 10_000;

/**
 * A line between two utterances: opening a device takes longer than speaking a word. Only lines that need no feeding are kept,
 * and they keep neither Node alive nor anything sounding.
 */
export class ParkedLine {
  #line: Line | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Keeps a line, or closes it when it cannot be kept. */
  async park(line: Line): Promise<void> {
    if (this.#line !== undefined || line.failure !== undefined || line.pacing.silenceFrames > 0) return line.close();
    this.#line = line;
    this.#timer = setTimeout(() => void this.close(), parkedMs).unref();
  }

  /** The line kept, if it still lives and has so many channels. */
  async take(channels: number): Promise<Line | undefined> {
    const line = this.#line;
    if (line === undefined) return undefined;
    if (line.failure !== undefined || line.channels !== channels) {
      await this.close();
      return undefined;
    }
    this.#forget();
    return line;
  }

  async close(): Promise<void> {
    const line = this.#line;
    this.#forget();
    await line?.close();
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#line = undefined;
  }
}

import { oneLine } from "../line/no-audio-device.ts";
import { LineReader } from "./pipe-player.ts";

/** Lines said within so long of each other tell of one fault; older ones were survived. */
const oneFaultMs = 1000;

const mostLines = 20;

/** The steps by which ALSA's library comes to an error that the player then tells in its own words. */
const libraryTrace = /^ALSA lib /u;

/** What a player complains of, in whole lines. */
export class Complaints {
  readonly #progress: RegExp;
  readonly #reader = new LineReader();
  #lines: string[] = [];
  #lastAt = -Infinity;

  constructor(progress: RegExp) {
    this.#progress = progress;
  }

  /** Takes what the player said at `at` (of `performance.now()`). */
  read(text: string, at: number): void {
    for (const line of this.#reader.read(text)) this.#note(line, at);
  }

  /** The first line of the last fault that is the player's own, else the first; undefined where it said nothing. Ends an unfinished line. */
  first(): string | undefined {
    this.read("\n", this.#lastAt);
    return this.#lines.find((line) => !libraryTrace.test(line)) ?? this.#lines[0];
  }

  #note(line: string, at: number): void {
    const complaint = oneLine(line.replaceAll(this.#progress, ""));
    if (complaint === "") return;
    if (at - this.#lastAt > oneFaultMs) this.#lines = [];
    this.#lastAt = at;
    if (this.#lines.length < mostLines) this.#lines.push(complaint);
  }
}

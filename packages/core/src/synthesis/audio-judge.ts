import type { Plausibility, SpokenLength } from "./plausibility.ts";

/** What is wrong with audio that came in good order. "endless": still being made, and several times too long already. */
export type AudioFinding = "silent" | "short" | "long" | "endless";

/** What {@link AudioJudge} needs. */
export interface AudioJudgeOptions {
  /** Of the voice. */
  readonly plausibility: Plausibility;
  /** What the text is worth; it may grow while its audio comes. Undefined where its length tells nothing. */
  readonly expected: () => Omit<SpokenLength, "audioMs"> | undefined;
  /** Whether words are to be heard. */
  readonly mustSound: () => boolean;
  readonly tell: (finding: AudioFinding) => void;
}

/** Judges the audio of one attempt: its length while it comes, and all of it at its end. Tells one thing at most. */
export class AudioJudge {
  readonly #options: AudioJudgeOptions;
  #hasTold = false;
  /** Looked at when there is more than this: a number to compare is all that each piece of audio costs. */
  #lookMs: number;

  constructor(options: AudioJudgeOptions) {
    this.#options = options;
    this.#lookMs = options.plausibility.mostMs(undefined);
  }

  /** `audioMs` in all were made by now. */
  made(audioMs: number): void {
    if (audioMs > this.#lookMs) this.#look(audioMs);
  }

  /** It has ended well. Teaches the pace of the voice, where nothing is wrong. */
  ended({ audioMs, hasSound }: { readonly audioMs: number; readonly hasSound: boolean }): void {
    if (!hasSound && this.#options.mustSound()) return this.#tell("silent");
    const expected = this.#options.expected();
    if (expected === undefined || this.#hasTold) return;
    const verdict = this.#options.plausibility.judge({ audioMs, expectedMs: expected.expectedMs, characters: expected.characters, rate: expected.rate });
    if (verdict !== undefined) this.#tell(verdict);
  }

  #look(audioMs: number): void {
    const expected = this.#options.expected();
    this.#lookMs = expected === undefined ? Infinity : this.#options.plausibility.mostMs(expected);
    if (audioMs <= this.#lookMs || expected === undefined) return;
    this.#lookMs = Infinity;
    this.#tell("endless");
  }

  #tell(finding: AudioFinding): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#options.tell(finding);
  }
}

/** A finding in words, for a warning. */
export function describeFinding(finding: AudioFinding, engine: string): string {
  if (finding === "silent") return `The engine "${engine}" gave audio without any sound for a segment that has words in it. Its voice may not know the language, or its output be broken.`;
  if (finding === "endless") return `The engine "${engine}" gives several times more audio than its text can take, and goes on: it may repeat itself, or have another sample rate than announced.`;
  const why = finding === "short" ? "it may have been cut off" : "it may hold something else";
  return `The engine "${engine}" gave audio that is too ${finding} for its text: ${why}, or have another sample rate than announced.`;
}

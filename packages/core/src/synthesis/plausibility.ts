/** What a request has brought, and what its text was worth. */
export interface SpokenLength {
  readonly audioMs: number;
  /** Of its words at a common pace: see the ledger's `spokenMs`. */
  readonly expectedMs: number;
  readonly characters: number;
  /** The speed that was asked for, where the engine changes it. */
  readonly rate: number;
}

/** Shorter texts say nothing: a name may be read letter by letter. */
const SHORTEST_MS = 1_500;
/** With so much heard of a voice its own pace is known. */
const KNOWN_MS = 8_000;
/** Of what is expected: bounds while the voice's pace is not known, and when it is. */
const UNKNOWN_BOUNDS = [0.5, 2] as const;
const KNOWN_BOUNDS = [0.65, 1.55] as const;
/** Audio that is still being made is too long when it is so many times what is expected, and no shorter than this: some texts are read letter by letter, or as long numbers. */
const ENDLESS_FACTOR = 4;
const LEAST_ENDLESS_MS = 15_000;
/** 15 characters a second: reference speed of English speech. */
const MS_PER_CHARACTER = 1000 / 15;

/**
 * Tells audio that cannot be the speech of its text: cut off in good order, said twice, or in another rate than announced, which raw PCM cannot
 * tell. Learns the pace of one voice.
 */
export class Plausibility {
  #audioMs = 0;
  #expectedMs = 0;

  /** Most audio, in milliseconds, that a text may still be taken for while it comes; for any text at all where none is given. */
  mostMs(expected: Omit<SpokenLength, "audioMs"> | undefined): number {
    if (expected === undefined) return LEAST_ENDLESS_MS;
    const { expectedMs, characters, rate } = expected;
    return Math.max(LEAST_ENDLESS_MS, (ENDLESS_FACTOR * Math.max(expectedMs * Math.max(1, this.#pace), characters * MS_PER_CHARACTER)) / rate);
  }

  /** "short" or "long" where the audio is not plausible. */
  judge({ audioMs, expectedMs, characters, rate }: SpokenLength): "short" | "long" | undefined {
    const isKnown = this.#isKnown;
    const pace = this.#pace;
    const ratio = (audioMs * rate) / (expectedMs * pace);
    const byCharacters = isKnown ? ratio : (audioMs * rate) / (characters * MS_PER_CHARACTER);
    const [least, most] = isKnown ? KNOWN_BOUNDS : UNKNOWN_BOUNDS;
    const verdict = expectedMs < SHORTEST_MS ? undefined : Math.max(ratio, byCharacters) < least ? "short" : Math.min(ratio, byCharacters) > most ? "long" : undefined;
    if (verdict === undefined) this.#learn(audioMs * rate, expectedMs);
    return verdict;
  }

  get #isKnown(): boolean {
    return this.#expectedMs >= KNOWN_MS;
  }

  /** Of what is common; 1 while it is not known. */
  get #pace(): number {
    return this.#isKnown ? this.#audioMs / this.#expectedMs : 1;
  }

  #learn(audioMs: number, expectedMs: number): void {
    // Half is forgotten now and then, so that a change of language shows.
    if (this.#expectedMs > 8 * KNOWN_MS) {
      this.#audioMs /= 2;
      this.#expectedMs /= 2;
    }
    this.#audioMs += audioMs;
    this.#expectedMs += expectedMs;
  }
}

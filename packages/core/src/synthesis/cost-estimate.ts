/** What a call is expected to cost: n characters take `startMs + n * perCharacterMs`. */
export interface Cost {
  readonly startMs: number;
  /** The 0.95 quantile of the start. */
  readonly startMsHigh: number;
  readonly perCharacterMs: number;
}

/** One call that was made. */
export interface MeasuredCall {
  readonly characters: number;
  /** To its first audio; for engines that give audio whole, that is nearly all of it. */
  readonly firstAudioMs: number;
  /** To its end, without the time in which it was held back. */
  readonly totalMs: number;
  /** Length of the audio it made. */
  readonly audioMs: number;
}

/** Calls that are remembered; older ones are forgotten so that the estimate follows a changing network. */
const REMEMBERED_CALLS = 32;
/** The first guess counts as much as this many calls. */
const GUESS_WEIGHT = 2;
/** Spread of a start that was not measured yet: the high quantile is this times the mean, as for a log-normal start of sigma 0.22. */
const FIRST_SPREAD = 1.4;
/** With this call the first one is forgotten. */
const FIRST_WARM_CALL = 3;
/** The 0.95 quantile of the standard normal distribution. */
const HIGH_QUANTILE = 1.645;
/** 15 characters a second: reference speed of English speech. */
const LATIN_MS_PER_CHARACTER = 1000 / 15;

/** No ideograms and no syllables in it. Most texts are so, and this is asked of them often. */
const ALPHABETIC = /^[\u0000-\u10ff]*$/u;

/** Learns from the calls made what the next ones will cost, and how long speech gets. One for each engine and voice. */
export class CostEstimate {
  readonly #guess: { readonly startMs: number; readonly perCharacterMs: number };
  readonly #output: "streaming" | "whole";
  readonly #calls: MeasuredCall[] = [];
  #learned = 0;
  #characters = 0;
  #audioMs = 0;
  /** What a call costs by now, until the next is learnt of. */
  #current: Cost | undefined;

  constructor(guess: { startMs: number; perCharacterMs: number }, output: "streaming" | "whole") {
    this.#guess = guess;
    this.#output = output;
  }

  learn(call: MeasuredCall): void {
    if (call.characters <= 0 || !(call.audioMs > 0)) return;
    this.learnPace(call);
    this.#calls.push(call);
    this.#current = undefined;
    this.#learned += 1;
    // The first call of an engine also loads, connects and compiles: it says nothing about those that follow.
    if (this.#learned === FIRST_WARM_CALL || this.#calls.length > REMEMBERED_CALLS) this.#calls.shift();
  }

  /** How long a text was when spoken, of a call whose times say nothing. */
  learnPace({ characters, audioMs }: Pick<MeasuredCall, "characters" | "audioMs">): void {
    if (characters <= 0 || !(audioMs > 0)) return;
    // Half is forgotten now and then, so that a change of voice or language shows.
    if (this.#characters > 4000) {
      this.#characters /= 2;
      this.#audioMs /= 2;
    }
    this.#characters += characters;
    this.#audioMs += audioMs;
  }

  /** What a call costs by now. */
  current(): Cost {
    this.#current ??= this.#reckon();
    return this.#current;
  }

  #reckon(): Cost {
    if (this.#calls.length === 0) return { ...this.#guess, startMsHigh: this.#guess.startMs * FIRST_SPREAD };
    const perCharacterMs = this.#perCharacterMs();
    const starts = this.#calls.map((call) => Math.max(1, this.#startOf(call, perCharacterMs)));
    const sum = starts.reduce((total, start) => total + start, 0);
    const startMs = (sum + this.#guess.startMs * GUESS_WEIGHT) / (starts.length + GUESS_WEIGHT);
    return { startMs, startMsHigh: Math.max(startMs, highQuantile(starts, startMs)), perCharacterMs };
  }

  /** Speech per UTF-16 unit, in milliseconds: as measured, else by the script of `text`. */
  msPerCharacter(text: string): number {
    const guess = guessMsPerCharacter(text);
    const weight = 60;
    return (this.#audioMs + guess * weight) / (this.#characters + weight);
  }

  #startOf(call: MeasuredCall, perCharacterMs: number): number {
    return this.#output === "streaming" ? call.firstAudioMs : call.totalMs - perCharacterMs * call.characters;
  }

  /** Least squares over the calls remembered, held near the guess while they are few or all alike. */
  #perCharacterMs(): number {
    const { startMs, perCharacterMs } = this.#guess;
    let weighted = 0;
    let squares = 0;
    for (const call of this.#calls) {
      const makingMs = this.#output === "streaming" ? call.totalMs - call.firstAudioMs : call.totalMs - startMs;
      weighted += Math.max(0, makingMs) * call.characters;
      squares += call.characters ** 2;
    }
    const mean = Math.sqrt(squares / this.#calls.length);
    const prior = GUESS_WEIGHT * mean ** 2;
    return (weighted + perCharacterMs * prior) / (squares + prior);
  }
}

/** The 0.95 quantile of starts that are log-normal, as those of networks and schedulers are; few calls say little about the spread. */
function highQuantile(starts: readonly number[], mean: number): number {
  const logarithms = starts.map(Math.log);
  const middle = logarithms.reduce((sum, value) => sum + value, 0) / starts.length;
  const squares = logarithms.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const prior = Math.log(FIRST_SPREAD) / HIGH_QUANTILE;
  const spread = Math.sqrt((squares + GUESS_WEIGHT * prior ** 2) / (starts.length + GUESS_WEIGHT));
  return mean * Math.exp(HIGH_QUANTILE * spread - spread ** 2 / 2);
}

/** Speech per UTF-16 unit before anything was measured: an ideogram is a syllable or more, a letter is part of one. */
export function guessMsPerCharacter(text: string): number {
  const sample = text.slice(0, 200);
  if (ALPHABETIC.test(sample)) return LATIN_MS_PER_CHARACTER;
  const ideograms = sample.match(/\p{Script=Han}/gu)?.length ?? 0;
  const syllables = sample.match(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)?.length ?? 0;
  const others = sample.length - ideograms - syllables;
  return (ideograms * 200 + syllables * 135 + others * LATIN_MS_PER_CHARACTER) / sample.length;
}

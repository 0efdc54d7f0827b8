import { grownPrebuffer, mostPrebufferMs } from "./prebuffer-policy.ts";
import { SampleRing } from "./sample-ring.ts";

/** Time in which a change of gain is reached. */
const slewMs = 20;

/** What a voice is made of. */
export interface RingVoiceOptions {
  readonly sampleRate: number;
  /** Length of a fade. So much is held back until the end is known: where nothing more comes in time, it is what fades out. */
  readonly fadeFrames: number;
  /** Held before the first sound. */
  readonly prebufferFrames: number;
  /** Linear, 0 to 1. */
  readonly gain: number;
}

type Phase = "waiting" | "sounding" | "breaking" | "over";

/**
 * One stream inside the worklet: what is held of it, and when it sounds. Pure: time is what it is asked to play.
 *
 * Between its edges the samples are played as they came, bit for bit (at gain 1). Where sound is broken off (pause, nothing there in time)
 * the next few milliseconds are played once with a falling gain, and stay: it goes on with the same ones under a rising gain, so that no
 * sample is lost.
 */
export class RingVoice {
  readonly #options: RingVoiceOptions;
  readonly #ring = new SampleRing();
  #phase: Phase = "waiting";
  #played = 0;
  #prebufferFrames: number;
  #isPaused = false;
  #isEnded = false;
  #isCleared = false;
  /** So much was there that it may sound; false again after it ran dry. */
  #isPrimed = false;
  /** Silence was last, in the middle of the stream. */
  #isBroken = false;
  /** Waits for more, not for a resume. */
  #isDry = false;
  /** Since it ran dry, or since something came last. */
  #dryFrames = 0;
  #quietFrames = 0;
  #underruns = 0;
  #underrunFrames = 0;
  #fadeIn: number;
  #fadeOut = 0;
  #fadeOutFrames = 0;
  #edgeGain = 1;
  #gain: number;
  #targetGain: number;

  constructor(options: RingVoiceOptions) {
    this.#options = options;
    this.#prebufferFrames = options.prebufferFrames;
    this.#gain = options.gain;
    this.#targetGain = options.gain;
    this.#fadeIn = options.fadeFrames;
  }

  /**
   * Frames of the stream that were played. Where it ran dry the last of them were heard as they faded: they count, so that whoever asks
   * learns that all was heard, though they are played again when more comes.
   */
  get playedFrames(): number {
    return this.#played + (this.#isDry && this.#phase === "waiting" ? this.#ring.held : 0);
  }

  get heldFrames(): number {
    return this.#ring.held;
  }

  /** Times that more came after it had run dry. */
  get underruns(): number {
    return this.#underruns;
  }

  get underrunFrames(): number {
    return this.#underrunFrames;
  }

  get prebufferFrames(): number {
    return this.#prebufferFrames;
  }

  get isSounding(): boolean {
    return this.#phase === "sounding";
  }

  /** Nothing of it sounds any more, not even a fade. */
  get isSilent(): boolean {
    return this.#phase === "waiting" || this.#phase === "over";
  }

  get isOver(): boolean {
    return this.#phase === "over";
  }

  set gain(gain: number) {
    this.#targetGain = gain;
  }

  push(samples: Float32Array): void {
    if (this.#isEnded || this.#isCleared || samples.length === 0) return;
    this.#ring.push(samples);
    this.#quietFrames = 0;
    if (!this.#isDry) return;
    this.#isDry = false;
    this.#underruns += 1;
    if (this.#dryFrames <= this.#mostFrames) this.#prebufferFrames = grownPrebuffer(this.#prebufferFrames, this.#mostFrames);
  }

  /** No more comes. */
  end(): void {
    this.#isEnded = true;
  }

  pause(): void {
    this.#isPaused = true;
    if (this.#phase === "sounding") this.#breakOff();
  }

  resume(): void {
    this.#isPaused = false;
  }

  clear(): void {
    if (this.#isCleared || this.#phase === "over") return;
    this.#isCleared = true;
    if (this.#phase === "sounding") this.#breakOff();
    else if (this.#phase === "waiting") this.#finish(this.#isDry ? this.#ring.held : 0);
  }

  /** Adds what sounds next to `output`. */
  mixInto(output: Float32Array): void {
    let frame = 0;
    while (frame < output.length && this.#phase !== "over") {
      if (this.#phase === "waiting" && !this.#begins()) return this.#rest(output.length - frame);
      frame = this.#phase === "breaking" ? this.#playBreak(output, frame) : this.#play(output, frame);
    }
  }

  get #mostFrames(): number {
    return (mostPrebufferMs * this.#options.sampleRate) / 1000;
  }

  /** Whether it sounds from here on. Where it does not and never will, it is over. */
  #begins(): boolean {
    if (this.#isPaused) return false;
    const { held } = this.#ring;
    // What is left was heard as it faded.
    const isDone = this.#isEnded && (held === 0 || (this.#isDry && held <= this.#options.fadeFrames));
    if (isDone) this.#finish(held);
    const hasSound = !isDone && (this.#isEnded || held > this.#options.fadeFrames);
    // Nothing has come for as long as is wanted ahead: who waits for more than there is to come would wait for ever.
    this.#isPrimed ||= hasSound && (this.#isEnded || held >= this.#prebufferFrames || this.#quietFrames >= this.#prebufferFrames);
    const begins = hasSound && this.#isPrimed;
    if (begins) this.#begin();
    return begins;
  }

  #begin(): void {
    this.#phase = "sounding";
    this.#fadeIn = this.#isBroken ? 0 : this.#options.fadeFrames;
    this.#isBroken = false;
    this.#underrunFrames += this.#dryFrames;
    this.#dryFrames = 0;
  }

  #rest(frames: number): void {
    if (this.#phase === "over" || this.#isPaused) return;
    if (this.#ring.held > 0) this.#quietFrames += frames;
    if (this.#isBroken && !this.#isPrimed) this.#dryFrames += frames;
  }

  /** Plays what may be played at full gain; breaks off where that ends too early. */
  #play(output: Float32Array, from: number): number {
    const heldBack = this.#isEnded ? 0 : this.#options.fadeFrames;
    const frames = Math.min(output.length - from, this.#ring.held - heldBack);
    for (let index = 0; index < frames; index += 1) output[from + index] = (output[from + index] ?? 0) + this.#ring.peek(index) * this.#nextEdgeGain() * this.#nextGain();
    if (frames > 0) this.#advance(frames);
    if (from + frames === output.length && this.#ring.held > 0) return output.length;
    if (this.#isEnded && this.#ring.held === 0) this.#finish(0);
    else if (from + frames < output.length) this.#runDry();
    return from + Math.max(0, frames);
  }

  #runDry(): void {
    this.#isDry = true;
    this.#isPrimed = false;
    this.#quietFrames = 0;
    this.#breakOff();
  }

  #breakOff(): void {
    this.#phase = "breaking";
    this.#fadeOut = 0;
    this.#fadeOutFrames = Math.min(this.#options.fadeFrames, this.#ring.held);
  }

  /** Plays what lies ahead under a falling gain, without taking it. */
  #playBreak(output: Float32Array, from: number): number {
    const frames = Math.min(output.length - from, this.#fadeOutFrames - this.#fadeOut);
    for (let index = 0; index < frames; index += 1) {
      const edge = this.#edgeGain * raisedCosine(this.#fadeOutFrames - 1 - this.#fadeOut, this.#fadeOutFrames);
      output[from + index] = (output[from + index] ?? 0) + this.#ring.peek(this.#fadeOut) * edge * this.#nextGain();
      this.#fadeOut += 1;
    }
    if (this.#fadeOut === this.#fadeOutFrames) this.#endBreak();
    return from + frames;
  }

  #endBreak(): void {
    this.#edgeGain = 1;
    this.#isBroken = true;
    this.#phase = "waiting";
    if (this.#isCleared) this.#finish(this.#fadeOutFrames);
  }

  /** `frames`: of what is held, were heard. */
  #finish(frames: number): void {
    this.#advance(frames);
    this.#ring.drop(this.#ring.held);
    this.#phase = "over";
  }

  #advance(frames: number): void {
    this.#ring.drop(frames);
    this.#played += frames;
  }

  /** A rising gain for the first few milliseconds after a break, 1 from then on. */
  #nextEdgeGain(): number {
    const { fadeFrames } = this.#options;
    this.#edgeGain = this.#fadeIn < fadeFrames ? raisedCosine(this.#fadeIn, fadeFrames) : 1;
    this.#fadeIn += 1;
    return this.#edgeGain;
  }

  #nextGain(): number {
    const step = 1000 / (slewMs * this.#options.sampleRate);
    const distance = this.#targetGain - this.#gain;
    this.#gain = Math.abs(distance) <= step ? this.#targetGain : this.#gain + Math.sign(distance) * step;
    return this.#gain;
  }
}

/** From 0 to 1, with no corner at either end. */
export function raisedCosine(index: number, length: number): number {
  return (1 - Math.cos((Math.PI * (index + 0.5)) / length)) / 2;
}

import { LevelMeter } from "./level.ts";
import { RingVoice } from "./ring-voice.ts";
import type { FromWorklet, StreamState, ToWorklet, WorkletSettings } from "./worklet-messages.ts";

/** What {@link PlayerMixer} needs. */
export interface PlayerMixerOptions extends WorkletSettings {
  readonly sampleRate: number;
  readonly post: (message: FromWorklet) => void;
}

/** A stream, and what the page knows of it. */
interface MixedVoice {
  readonly voice: RingVoice;
  asked: number;
  answered: number;
  /** What was told last, and how long ago. */
  told: StreamState | undefined;
  sinceFrames: number;
}

/** How often the page is told of a stream that plays. */
const toldEveryMs = 20;

/** All that the worklet does, without a worklet: takes the page's messages, mixes the streams, tells how they stand. */
export class PlayerMixer {
  readonly #options: PlayerMixerOptions;
  readonly #voices = new Map<number, MixedVoice>();
  readonly #level = new LevelMeter();
  #isClosed = false;

  constructor(options: PlayerMixerOptions) {
    this.#options = options;
  }

  /** A message for a stream that is over changes nothing. */
  receive(message: ToWorklet): void {
    switch (message.type) {
      case "open":
        return this.#open(message);
      case "level":
        this.#level.everyFrames = message.everyFrames;
        return;
      case "close":
        this.#isClosed = true;
        return this.#voices.clear();
      default: {
        const mixed = this.#voices.get(message.stream);
        if (mixed !== undefined) tell(mixed, message);
      }
    }
  }

  /** Plays one quantum into `output`, which is silent before. `contextTime`: of its first frame, in seconds. False when no more is to be played. */
  render(output: Float32Array, contextTime: number): boolean {
    const endTime = contextTime + output.length / this.#options.sampleRate;
    for (const [stream, mixed] of this.#voices) {
      mixed.voice.mixInto(output);
      mixed.sinceFrames += output.length;
      if (mixed.voice.isSilent) mixed.answered = mixed.asked;
      this.#report(stream, mixed, endTime);
      if (mixed.voice.isOver) this.#voices.delete(stream);
    }
    const level = this.#level.measure(output);
    if (level !== undefined) this.#options.post(level);
    return !this.#isClosed;
  }

  #open({ stream, prebufferFrames, gain }: Extract<ToWorklet, { type: "open" }>): void {
    const { sampleRate, fadeFrames } = this.#options;
    const voice = new RingVoice({ sampleRate, fadeFrames, prebufferFrames, gain });
    this.#voices.set(stream, { voice, asked: 0, answered: 0, told: undefined, sinceFrames: 0 });
  }

  #report(stream: number, mixed: MixedVoice, contextTime: number): void {
    const { voice, answered, told } = mixed;
    const { isSounding, isOver, underruns, playedFrames } = voice;
    const isNews = told === undefined || told.isSounding !== isSounding || told.isOver !== isOver || told.underruns !== underruns || told.answered !== answered;
    const isDue = isSounding ? mixed.sinceFrames * 1000 >= toldEveryMs * this.#options.sampleRate : told?.playedFrames !== playedFrames;
    if (!isNews && !isDue) return;
    const { heldFrames, underrunFrames, prebufferFrames } = voice;
    mixed.told = { type: "state", stream, playedFrames, contextTime, heldFrames, underruns, underrunFrames, prebufferFrames, isSounding, isOver, answered };
    mixed.sinceFrames = 0;
    this.#options.post(mixed.told);
  }
}

function tell(mixed: MixedVoice, message: Exclude<ToWorklet, { type: "open" | "level" | "close" }>): void {
  const { voice } = mixed;
  if (message.type === "push") voice.push(message.samples);
  else if (message.type === "gain") voice.gain = message.gain;
  else if (message.type === "end") voice.end();
  else if (message.type === "resume") voice.resume();
  else {
    mixed.asked = message.request;
    if (message.type === "pause") voice.pause();
    else voice.clear();
  }
}

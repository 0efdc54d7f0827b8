import { feedAll, type SpeechStream, type StreamReport } from "@parlando/core";
import type { Mark, TTSError } from "@parlando/engine";
import type { Player, PlayerSink } from "../player/player.ts";
import { toSpeechError } from "./speech-error.ts";
import { SpeechRecording } from "./speech-recording.ts";
import type { SpeechPhase, SpeechPosition, SpeechState, UseSpeechOptions } from "./speech-state.ts";
import { tapSink } from "./tap-sink.ts";

/** How often is looked at what is heard, and how often numbers alone are told, in milliseconds. */
const lookEveryMs = 50;
const tellEveryMs = 250;

/** What an utterance is made of. */
export interface UtteranceOptions extends UseSpeechOptions {
  readonly player: Player;
  readonly text: string | AsyncIterable<string>;
  /** Something of the state is new. */
  readonly onChange: () => void;
}

/** One text that is spoken, from `speak()` to its end. */
export class Utterance {
  readonly #options: UtteranceOptions;
  readonly #recording: SpeechRecording = new SpeechRecording();
  readonly #startedMs: number = performance.now();
  readonly #underrunsBefore: number;
  readonly #leave: AbortController = new AbortController();
  #stream: SpeechStream | undefined;
  #sink: PlayerSink | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #toldMs = 0;
  #phase: SpeechPhase = "connecting";
  #isPaused = false;
  #isComplete = false;
  #text = "";
  #word: Mark | undefined;
  #firstAudioMs: number | undefined;
  #heardFrames = 0;
  #underruns = 0;
  #report: StreamReport | undefined;
  #error: TTSError | undefined;

  constructor(options: UtteranceOptions) {
    this.#options = options;
    this.#underrunsBefore = options.player.statistics().underruns;
  }

  /** Its end has come. */
  get isOver(): boolean {
    return this.#phase === "ended" || this.#phase === "error" || this.#phase === "idle";
  }

  /** The envelope of what was received. */
  get peaks(): Float32Array {
    return this.#recording.peaks;
  }

  /** Begins. Never throws: see the state. */
  start(): void {
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
    try {
      this.#open();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Silence, and the end of it. */
  stop(): void {
    if (this.isOver) return;
    this.#leave.abort();
    this.#finish("idle");
    const stream = this.#stream;
    stream?.interrupt().catch(() => undefined).then(() => stream.close()).catch(() => undefined);
  }

  /** Holds the sound. */
  pause(): void {
    if (this.isOver || this.#isPaused) return;
    this.#isPaused = true;
    this.#hold((stream) => stream.pause());
  }

  /** Goes on where it was held. */
  resume(): void {
    if (this.isOver || !this.#isPaused) return;
    this.#isPaused = false;
    this.#hold((stream) => stream.resume());
  }

  /** Louder or quieter from now on, 0 to 1. */
  setGain(gain: number): void {
    if (!this.isOver) this.#sink?.setGain(gain);
  }

  /** All that was received, once it is over. */
  recording(): Blob | undefined {
    return this.isOver ? this.#recording.toBlob() : undefined;
  }

  /** Where it is now. */
  position(): SpeechPosition {
    const { frames, receivedMs, sampleRate } = this.#recording;
    if (!this.isOver) this.#heardFrames = Math.max(this.#heardFrames, Math.min(this.#sink?.playedFrames() ?? 0, frames));
    return { heardMs: sampleRate === 0 ? 0 : (this.#heardFrames * 1000) / sampleRate, receivedMs, isComplete: this.#isComplete || this.isOver };
  }

  /** What a component shows. */
  state(): SpeechState {
    const { heardMs, receivedMs } = this.position();
    return {
      phase: this.#phase,
      text: this.#text,
      word: this.#word,
      heardMs,
      receivedMs,
      bufferedMs: this.isOver ? 0 : receivedMs - heardMs,
      underruns: this.#underruns,
      firstAudioMs: this.#firstAudioMs,
      report: this.#report,
      error: this.#error,
    };
  }

  #open(): void {
    const { source, player, voice, stream: more, playerSink, text } = this.#options;
    const sink = player.createSink(playerSink);
    this.#sink = sink;
    const tapped = tapSink(sink, {
      onChunk: (chunk) => {
        this.#firstAudioMs ??= performance.now() - this.#startedMs;
        this.#recording.add(chunk);
      },
      onEnd: () => void (this.#isComplete = true),
    });
    const stream = source.createStream({ ...more, ...(voice === undefined ? {} : { voice }), sink: tapped });
    this.#stream = stream;
    stream.on("spoken", (mark) => {
      if (mark.kind === "word" && !this.isOver) this.#change(() => (this.#word = mark));
    });
    stream.waitUntilDone().then(
      (report) => this.#end(report, sink),
      (error: unknown) => this.#fail(error),
    );
    void feedAll(stream, this.#listen(text), this.#leave.signal).catch(() => undefined);
  }

  /** The source, and what comes of it is remembered. */
  #listen(source: string | AsyncIterable<string>): string | AsyncIterable<string> {
    if (typeof source !== "string") return this.#listenTo(source);
    this.#text = source;
    return source;
  }

  async *#listenTo(source: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const piece of source) {
      this.#change(() => (this.#text += piece));
      yield piece;
    }
  }

  #hold(act: (stream: SpeechStream) => Promise<void>): void {
    if (this.#stream !== undefined) act(this.#stream).catch(() => undefined);
    this.#look();
  }

  /** Takes notice of what has become of the sound. */
  #look(): void {
    if (this.isOver) return;
    const before = this.#phase;
    this.#phase = this.#phaseNow();
    const underruns = this.#options.player.statistics().underruns - this.#underrunsBefore;
    const isNews = before !== this.#phase || underruns !== this.#underruns || performance.now() - this.#toldMs >= tellEveryMs;
    this.#underruns = underruns;
    if (isNews) this.#change(() => undefined);
  }

  #phaseNow(): SpeechPhase {
    if (this.#isPaused) return "paused";
    const { frames } = this.#recording;
    if (frames === 0) return "connecting";
    const { heardMs, receivedMs } = this.position();
    const isDry = heardMs === 0 || (heardMs >= receivedMs && !this.#isComplete);
    return isDry ? "buffering" : "playing";
  }

  #end(report: StreamReport, sink: { close(): Promise<void> }): void {
    sink.close().catch(() => undefined);
    this.#report = report;
    if (this.isOver) return this.#options.onChange();
    this.#heardFrames = report.interrupted ? this.#heardFrames : this.#recording.frames;
    this.#finish("ended");
  }

  #fail(error: unknown): void {
    if (this.isOver) return;
    this.position();
    this.#error = toSpeechError(error);
    this.#finish("error");
    this.#stream?.close().catch(() => undefined);
  }

  #finish(phase: "ended" | "error" | "idle"): void {
    this.position();
    clearInterval(this.#timer);
    this.#change(() => (this.#phase = phase));
  }

  #change(act: () => void): void {
    act();
    this.#toldMs = performance.now();
    this.#options.onChange();
  }
}

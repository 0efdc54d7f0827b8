/**
 * The public names of Parlando that other programs and outside checks rely on.
 * Types only, so that there is no doubt about a name, a unit or a meaning. Where each lives: the package named above it.
 * More may be added; what stands here keeps its name and meaning. Every `?: T` is meant as `?: T | undefined`, so that `voice: process.env.VOICE` compiles.
 *
 * Units: times in milliseconds (`...Ms`), audio positions in sample frames, text offsets in UTF-16 units of the text the caller fed.
 *
 * This is the design's own file, with `| undefined` written out at every `?: T`. `contract.test-d.ts` holds the packages to it.
 */

/* ------------------------------------------------------------------ @parlando/engine: the contract */

/** `bitsPerSample` and `channels` matter for pcm and wav only. Engines deliver mono unless they say otherwise. */
export interface AudioFormat {
  encoding: "pcm-s16le" | "pcm-f32le" | "wav" | "mp3" | "ogg-opus" | "webm-opus" | "flac" | "aac" | "mulaw" | "alaw";
  sampleRate: number;
  channels: number;
  bitrate?: number | undefined;
}

export type MarkKind = "word" | "sentence" | "character" | "phoneme" | "viseme" | "bookmark";

/** A timed event. In an `EngineEvent`, times and offsets count from the start of the request; in what a stream delivers, from the start of the stream. Core maps the one to the other, and nobody else does. */
export interface Mark {
  kind: MarkKind;
  timeMs: number;
  durationMs?: number | undefined;
  textStart: number;
  textEnd: number;
  /** The word, phoneme, viseme or bookmark name. */
  value: string;
  source: "native" | "aligned" | "estimated";
}

export interface Capabilities {
  /** "segment": text in whole segments. "incremental": `openSession` takes text as it comes. */
  input: readonly ("segment" | "incremental")[];
  /** "streaming": audio arrives while it is being made. "whole": when the request is finished. */
  output: "streaming" | "whole";
  /** Native formats, the one with the lowest latency first. */
  formats: readonly AudioFormat[];
  marks: readonly MarkKind[];
  /** SSML element names that are honoured; a voice may narrow this. Empty: plain text only. */
  ssml: readonly string[];
  /** BCP-47; undefined: ask `voices()`. */
  languages?: readonly string[] | undefined;
  limits: { segmentCharacters?: number | undefined; segmentBytes?: number | undefined; concurrency?: number | undefined; sessionMs?: number | undefined; idleMs?: number | undefined };
  prosody: readonly ("rate" | "pitch" | "volume")[];
  runsIn: readonly ("node" | "browser")[];
  /** For incremental input: does a flush cost a request (or prosody) on the other side? Then core flushes at sentences only. */
  flush?: "free" | "costly" | undefined;
  /** "none": stops at once. "billed": what was sent is paid for. "runs": the other side finishes anyway. */
  cancelCost: "none" | "billed" | "runs";
  /** First guess of cost until calls have been measured. */
  cost: { startMs: number; perCharacterMs: number };
  /** The same request gives the same samples. */
  deterministic: boolean;
}

export interface SynthesisRequest {
  /** Plain text, or SSML when `ssml` is true. Never empty. */
  text: string;
  ssml: boolean;
  voice?: string | undefined;
  language?: string | undefined;
  /** 1 is normal. */
  rate?: number | undefined;
  /** Semitones, 0 is normal. */
  pitch?: number | undefined;
  /** Linear, 1 is normal. */
  volume?: number | undefined;
  format: AudioFormat;
  marks: readonly MarkKind[];
  /** What was said just before, for engines that keep prosody across requests. */
  previousText?: string | undefined;
  /** Checked by the engine's own schema. */
  engineOptions?: Readonly<Record<string, unknown>> | undefined;
}

export type EngineEvent =
  /** Always first: what is really coming. */
  | { type: "start"; format: AudioFormat; requestId?: string | undefined }
  /** Bytes of `format`, cut anywhere. */
  | { type: "audio"; bytes: Uint8Array }
  /** Samples, mono, in [-1, 1], at `format.sampleRate`. */
  | { type: "pcm"; samples: Float32Array }
  /** May come before or after its audio. */
  | { type: "mark"; mark: Mark }
  | { type: "usage"; characters: number; details?: Readonly<Record<string, number>> | undefined }
  | { type: "warning"; code: string; message: string };

/**
 * Everything written up to a `flush()` is one segment. Its audio and marks all come before its `flushed`, which tells the offset
 * reached. Offsets and times count from the start of the turn. A flush with nothing written yields no segment.
 */
export type SessionEvent = EngineEvent | { type: "flushed"; through: number };

export interface EngineSession {
  /** One turn; ends after `end()`. */
  readonly events: AsyncIterable<SessionEvent>;
  /** Another turn on the same connection, where the protocol allows it. */
  nextTurn?(): AsyncIterable<SessionEvent>;
  /** Any piece of text. Resolves when more is wanted, and waits while events are not read. */
  write(text: string): Promise<void>;
  flush(): Promise<void>;
  end(): Promise<void>;
  cancel(): Promise<void>;
  close(): Promise<void>;
}

export interface Engine {
  readonly contract: "parlando/1";
  readonly id: string;
  readonly capabilities: Capabilities;
  /** What this voice can do, where that is less; must not need the network. */
  capabilitiesOf?(voice: string): Capabilities;
  /** One segment. The iterator ending is the only sign of success. Stops within one step of `signal`. Every engine has this or `openSession`. */
  synthesize?(request: SynthesisRequest, signal: AbortSignal): AsyncIterable<EngineEvent>;
  /** `signal` ends the session, not only its opening. */
  openSession?(request: Omit<SynthesisRequest, "text">, signal: AbortSignal): Promise<EngineSession>;
  voices?(signal: AbortSignal): Promise<readonly Voice[]>;
  checkCredentials?(signal: AbortSignal): Promise<CredentialReport>;
  warmUp?(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface Voice {
  id: string;
  name: string;
  engine: string;
  languages: readonly string[];
  gender: "female" | "male" | "neutral" | "unknown";
  styles?: readonly string[] | undefined;
  sampleRates?: readonly number[] | undefined;
  /** The provider's own record. */
  native?: unknown;
}

export interface CredentialReport {
  status: "valid" | "invalid" | "missing" | "unreachable" | "not-needed";
  missing?: readonly string[] | undefined;
  message: string;
}

export type ErrorCode =
  | "AUTHENTICATION" | "PERMISSION" | "QUOTA_EXCEEDED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT"
  | "INVALID_INPUT" | "INVALID_CONFIG" | "UNSUPPORTED" | "VOICE_NOT_FOUND" | "TEXT_TOO_LONG"
  | "CONNECTION" | "TIMEOUT" | "PROTOCOL" | "TRUNCATED" | "NO_AUDIO" | "BAD_AUDIO" | "SERVICE"
  | "ENGINE_NOT_FOUND" | "ENGINE_UNAVAILABLE" | "MODEL_NOT_FOUND" | "DEVICE_UNAVAILABLE" | "NO_AUDIO_DEVICE"
  | "STREAM_CLOSED" | "BUFFER_FULL" | "NO_CONSUMER" | "SECOND_CONSUMER" | "CONSUMER_FAILED" | "ABORTED" | "INTERNAL";

export declare class TTSError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly engine?: string | undefined;
  readonly requestId?: string | undefined;
  /** Works across copies of the package. */
  static isInstance(value: unknown): value is TTSError;
}
/** STREAM_CLOSED, NO_CONSUMER, SECOND_CONSUMER. */
export declare class StreamError extends TTSError {}
/** BUFFER_FULL. */
export declare class BufferError extends TTSError {}

/* ------------------------------------------------------------------ @parlando/core: the pipeline */

export interface AudioChunk {
  /** Float32, interleaved when `channels` > 1. Yours to keep. */
  samples: Float32Array;
  sampleRate: number;
  channels: number;
  /** Position in the stream, in frames. Chunks follow each other without a gap: the next one starts at startFrame + samples.length / channels. */
  startFrame: number;
  durationMs: number;
  /** What is inside, in order: one entry for each attempt at each segment. */
  segments: readonly { index: number; textStart: number; textEnd: number; engine: string; attempt: number; offsetFrames: number; frames: number }[];
  /** The fed text whose speech begins in this chunk (by marks or estimate): joined over chunks it is the text, once. */
  text: string;
  /** Marks inside this chunk that are known by now. */
  marks: readonly Mark[];
  /** Stateless encodings only. MP3 and Opus: `stream.encoded(format)`. */
  bytes(encoding?: "pcm-s16le" | "pcm-f32le" | "mulaw" | "alaw" | undefined): Uint8Array<ArrayBuffer>;
}

/** Where audio goes. The only taker of a stream besides a callback, an iterator or `readable`. */
export interface Sink {
  /** Format wanted; core converts once, before `write`. */
  readonly format?: { sampleRate?: number | undefined; channels?: number | undefined } | undefined;
  /** Resolves when the sink wants more: this is what holds the stream back. */
  write(chunk: AudioChunk): Promise<void>;
  /** What the listener has heard, in frames of the stream; undefined when the sink has no clock (then `stream.reportPlayed()` may tell). */
  playedFrames(): number | undefined;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Drops what was not played, at once, and settles every pending `write()` and `end()`. Resolves with the first frame not played. */
  clear(): Promise<number>;
  /** Resolves when everything was played. */
  end(): Promise<void>;
  close(): Promise<void>;
}

/** Time, handed to core by tests; not part of a stream's options. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal | undefined): Promise<void>;
}

/** Text after a stage, with the way back to what was fed. */
export interface MappedText {
  text: string;
  /** Offset in the fed text for an offset in `text`. */
  sourceAt(index: number): number;
}
/** A streaming change of text (Markdown, emoji, pronunciations), one for each stream. */
export interface TextStage {
  push(text: MappedText): MappedText;
  flush(): MappedText;
}
/** A streaming change of samples (gain, watermark), one for each stream. */
export interface AudioProcessor {
  readonly latencyFrames: number;
  process(samples: Float32Array, sampleRate: number): Float32Array;
  flush(): Float32Array;
}

/** A segment when it was sent. */
export interface SentSegment {
  index: number;
  text: string;
  textStart: number;
  textEnd: number;
}

export interface Warning {
  code: string;
  message: string;
  engine?: string | undefined;
}

export interface StreamOptions {
  voice?: string | undefined;
  language?: string | undefined;
  rate?: number | undefined;
  pitch?: number | undefined;
  volume?: number | undefined;
  ssml?: boolean | undefined;
  /** When to send text: "soonest" first audio, "smoothest" whole sentences only (then cutting does not depend on time). Default "balanced". */
  latency?: "soonest" | "balanced" | "smoothest" | undefined;
  /** Audio held ahead of the consumer before the engine is no longer asked. Default 1000. */
  highWaterMs?: number | undefined;
  lowWaterMs?: number | undefined;
  /** Text waiting to be sent before `feed()` waits, and before it refuses. Defaults 2,000 and 1,000,000 characters. */
  highWaterCharacters?: number | undefined;
  maxCharacters?: number | undefined;
  output?: { sampleRate?: number | undefined; channels?: number | undefined; chunkMs?: number | undefined } | undefined;
  marks?: readonly MarkKind[] | undefined;
  textStages?: (readonly (() => TextStage)[]) | undefined;
  processors?: (readonly (() => AudioProcessor)[]) | undefined;
  /** "pull": an iterator, `readable` or `encoded()` will take the audio. Default when there is no `onChunk`: the speaker, where there is one. */
  sink?: Sink | "speaker" | "pull" | undefined;
  signal?: AbortSignal | undefined;
  /** Checked by the engine's own schema. */
  engineOptions?: Readonly<Record<string, unknown>> | undefined;
  /** Taker. Its promise holds the stream back; a rejection ends the stream with CONSUMER_FAILED. */
  onChunk?: ((chunk: AudioChunk) => void | Promise<void>) | undefined;
  /** Every mark, when its audio is handed out (or when it becomes known, if later). Never revoked, never twice. */
  onMark?: ((mark: Mark) => void) | undefined;
  /** Every mark when the listener reaches it: for highlighting. */
  onSpoken?: ((mark: Mark) => void) | undefined;
  onSegment?: ((segment: SentSegment) => void) | undefined;
  onWarning?: ((warning: Warning) => void) | undefined;
  onMetrics?: ((report: StreamReport) => void) | undefined;
  onError?: ((error: TTSError) => void) | undefined;
  onDone?: ((report: StreamReport) => void) | undefined;
}

export interface SpeechStream extends AsyncIterable<AudioChunk>, AsyncDisposable {
  /** Takes the text whole or not at all. The promise tells when more is wanted; ignoring it never causes an unhandled rejection. */
  feed(text: string): Promise<void>;
  flush(): void;
  done(): void;
  waitUntilDone(): Promise<StreamReport>;
  bufferFull(): boolean;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /**
   * Ends the stream: silence at once, engine work cancelled, waiting feeds settled, `waitUntilDone()` resolves with `interrupted: true`; later feeds are refused.
   * A taker without a clock may say what its far listener has heard at that moment.
   */
  interrupt(at?: { playedFrame: number } | undefined): Promise<Interruption>;
  close(): Promise<void>;
  /** For takers without a clock (a socket): what the far listener has heard. Monotonic, clamped to what was delivered. */
  reportPlayed(frame: number): void;
  readonly readable: ReadableStream<AudioChunk>;
  encoded(format: Partial<AudioFormat>, options?: { frameBytes?: number | undefined } | undefined): ReadableStream<Uint8Array>;
  on<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): this;
  off<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): this;
}

/** Watching only: never awaited, never a taker; a listener that throws becomes a warning. */
export interface StreamEvents {
  chunk: AudioChunk;
  mark: Mark;
  spoken: Mark;
  segment: SentSegment;
  warning: Warning;
  metrics: StreamReport;
  error: TTSError;
  done: StreamReport;
  drain: void;
}

export interface Interruption {
  /** A word is heard when its middle was played. heardText + unheardText is what was fed, always. */
  heardText: string;
  /** Offset in the fed text: the end of the last word heard. */
  heardUntil: number;
  unheardText: string;
  heardMs: number;
  billedCharacters: number;
  wastedCharacters: number;
  /** How words were placed in the audio. */
  basis: "marks" | "estimate";
  /** How the playhead was known. "assumed": real time from the first delivery. */
  playhead: "sink" | "reported" | "assumed";
}

export interface StreamReport {
  /** To the first audible sample, from the first text fed. */
  firstAudioMs: number | undefined;
  audioMs: number;
  elapsedMs: number;
  realTimeFactor: number;
  underruns: number;
  underrunMs: number;
  characters: number;
  segments: number;
  attempts: number;
  engines: readonly string[];
  failovers: readonly { segment: number; from: string; to: string; code: ErrorCode; basis: "marks" | "estimate" }[];
  interrupted: boolean;
}

export interface Segment {
  text: string;
  start: number;
  end: number;
  kind: "sentence" | "clause" | "word";
}
export interface Cut {
  at: number;
  kind: "sentence" | "clause" | "word";
}
/** Two ways to use it, not both on one instance: `push`/`flush` for plain splitting; `add`/`cuts`/`take` where a planner decides. */
export interface Segmenter {
  /** Adds text; returns the sentences that are finished. */
  push(text: string): Segment[];
  /** The rest, when no more text comes. */
  flush(): Segment[];
  add(text: string, ended?: boolean | undefined): void;
  /** Where the text not yet taken may be cut, finished sentences included, in offsets from its start; the first `limit` units (default 2,000). Cheap to ask again. */
  cuts(limit?: number | undefined): readonly Cut[];
  /** So much was sent; offsets count from there on. */
  take(units: number): Segment;
}
export declare function createSegmenter(options?: { language?: string | undefined } | undefined): Segmenter;

/** See `sim/README.md`. `cuts` is absent in programs that have no segmenter: then the planner finds its own. */
export interface PlannerState {
  nowMs: number;
  pendingText: string;
  cuts?: readonly Cut[] | undefined;
  ended: boolean;
  sentSegments: number;
  inFlight: number;
  freeSlots: number;
  /** Audio made or expected, ahead of the playhead; Infinity before the first request. */
  securedMs: number;
  msPerCharacter: number;
  cost: { startMs: number; startMsHigh: number; perCharacterMs: number };
  output: "streaming" | "whole";
}
export interface Planner {
  /** UTF-16 units of `pendingText` to send now; 0 or `{ askAgainInMs }` to wait. Asked again on every change too. */
  next(state: PlannerState): number | { askAgainInMs: number };
}
export declare function createPlanner(options?: { latency?: "soonest" | "balanced" | "smoothest" | undefined } | undefined): Planner;

/* ------------------------------------------------------------------ parlando: what apps install */

export type EngineChoice =
  | string
  | Engine
  | { engine: string | Engine; voice?: string | undefined; language?: string | undefined; options?: Readonly<Record<string, unknown>> | undefined };

export interface TTSConfig extends Omit<StreamOptions, "onChunk" | "onMark" | "onSpoken" | "onSegment" | "onWarning" | "onMetrics" | "onError" | "onDone" | "signal"> {
  /** A name, an engine, one with options of its own, or a list to fail over along. */
  engine: EngineChoice | readonly EngineChoice[];
}

export interface TTS extends AsyncDisposable {
  readonly engines: readonly Engine[];
  createStream(options?: StreamOptions | undefined): SpeechStream;
  /** Plays (or goes to `sink`); utterances of one TTS queue up in order. */
  speak(text: string | AsyncIterable<string> | ReadableStream<string>, options?: StreamOptions | undefined): Promise<StreamReport>;
  /** A stream already fed, to be pulled from. */
  synthesize(text: string | AsyncIterable<string> | ReadableStream<string>, options?: StreamOptions | undefined): SpeechStream;
  toFile(text: string | AsyncIterable<string> | ReadableStream<string>, path: string, options?: StreamOptions & { format?: Partial<AudioFormat> | undefined } | undefined): Promise<StreamReport>;
  voices(filter?: { language?: string | undefined; gender?: Voice["gender"] | undefined; name?: string | undefined } | undefined): Promise<readonly Voice[]>;
  checkCredentials(): Promise<CredentialReport>;
  warmUp(): Promise<void>;
  close(): Promise<void>;
}
export declare function createTTS(config: TTSConfig | string): Promise<TTS>;

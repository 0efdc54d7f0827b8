import type { StartSpeechSynthesisStreamCommandInput, StartSpeechSynthesisStreamCommandOutput, StartSpeechSynthesisStreamEventStream } from "@aws-sdk/client-polly";
import { TTSError } from "@parlando/engine";
import type { ErrorContext } from "../transport/provider-errors.ts";
import type { BodyTimes } from "./polly-body.ts";
import { createPollyCall, type PollyCall } from "./polly-call.ts";
import type { PollyFormat } from "./polly-capabilities.ts";
import type { PollyLease } from "./polly-connection.ts";
import { pollyError } from "./polly-errors.ts";
import { PollyInput } from "./polly-input.ts";
import { voiceFields, type SpeechChoice } from "./polly-wire.ts";

/** What a stream is opened with. */
export interface PollyStreamOptions {
  readonly lease: PollyLease;
  readonly choice: SpeechChoice;
  readonly format: PollyFormat;
  readonly context: ErrorContext;
  readonly keepAliveMs: number;
  readonly times: BodyTimes;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

/** A writer is held up beyond this many units that the connection has not taken. */
const MOST_WAITING = 2_000;

/**
 * One two-way stream: one segment of a session goes in, its audio comes out. Its request leaves when it is made, before any text, so that the
 * first word finds a connection.
 */
export class PollyStream {
  readonly openedAtMs: number = performance.now();
  readonly #options: PollyStreamOptions;
  readonly #call: PollyCall;
  readonly #input: PollyInput;
  /** Resolves only with the first message that comes back, so text goes in meanwhile. */
  readonly #sending: Promise<StartSpeechSynthesisStreamCommandOutput>;
  #isClosed = false;
  #isReading = false;
  #isBroken = false;
  #characters = 0;
  #limitMs: number;

  constructor(options: PollyStreamOptions) {
    const { lease, context, signal, keepAliveMs, times } = options;
    this.#options = options;
    this.#limitMs = times.firstByteMs;
    this.#call = createPollyCall({ context, signal });
    const input = new PollyInput(keepAliveMs);
    this.#input = input;
    this.#call.signal.addEventListener("abort", () => input.stop(), { once: true });
    if (this.#call.signal.aborted) input.stop();
    this.#sending = lease.client.send(new lease.sdk.StartSpeechSynthesisStreamCommand(parametersOf(options, input)), { abortSignal: this.#call.signal });
    this.#sending.catch(() => (this.#isBroken = true));
  }

  /** Whether it has broken before anything was asked of it. */
  get isBroken(): boolean {
    return this.#isBroken || this.#call.signal.aborted;
  }

  /** What the service counted; 0 before the end. */
  get characters(): number {
    return this.#characters;
  }

  /** Resolves when more is wanted. SSML has to be a whole document. */
  write(text: string, isSsml: boolean): Promise<void> {
    this.#input.add(text, isSsml);
    return this.#input.whenBelow(MOST_WAITING);
  }

  /** No more text comes. */
  close(): void {
    this.#isClosed = true;
    this.#input.close();
    this.#expect();
  }

  /** The audio, up to the service's own word that this was all. Read once. */
  async *audio(): AsyncGenerator<Uint8Array, void, undefined> {
    const { context, times } = this.#options;
    try {
      const { EventStream } = await this.#await(this.#sending);
      if (EventStream === undefined) throw new TTSError("PROTOCOL", `${context.doing}: the answer is no stream.`, { engine: context.engine });
      const events = EventStream[Symbol.asyncIterator]();
      for (let event = await this.#next(events); event.StreamClosedEvent === undefined; event = await this.#next(events)) {
        const chunk = event.AudioEvent?.AudioChunk;
        if (chunk === undefined || chunk.length === 0) continue;
        this.#limitMs = times.idleMs;
        yield chunk;
      }
    } catch (error) {
      throw this.#call.failure ?? pollyError(error, context);
    } finally {
      // Leaving the loop of AWS's client tells the service nothing, and after a damaged message it leaves the request open: only the signal ends it.
      this.#call.end();
    }
  }

  /** Ends it at once. May be called twice. */
  stop(): void {
    this.#call.end();
  }

  async #next(events: AsyncIterator<StartSpeechSynthesisStreamEventStream>): Promise<StartSpeechSynthesisStreamEventStream> {
    const step = await this.#await(events.next());
    if (step.done !== true) {
      this.#characters = step.value.StreamClosedEvent?.RequestCharacters ?? 0;
      return step.value;
    }
    const { engine, doing } = this.#options.context;
    throw new TTSError("TRUNCATED", `${doing}: the stream ended before the service said that all was spoken. What was delivered is real; try again.`, { engine });
  }

  async #await<Value>(promise: Promise<Value>): Promise<Value> {
    this.#isReading = true;
    this.#expect();
    const value = await this.#call.wait(promise);
    this.#isReading = false;
    this.#call.rest();
    return value;
  }

  /** Before the last word is written, the service owes nothing. */
  #expect(): void {
    if (this.#isClosed && this.#isReading) this.#call.expect(this.#limitMs, "audio of the two-way stream");
  }
}

function parametersOf({ choice, format }: PollyStreamOptions, input: PollyInput): StartSpeechSynthesisStreamCommandInput {
  const { VoiceId, LanguageCode, LexiconNames } = voiceFields(choice);
  return {
    Engine: choice.engine,
    VoiceId,
    ...(LanguageCode === undefined ? {} : { LanguageCode }),
    ...(LexiconNames === undefined ? {} : { LexiconNames }),
    OutputFormat: format.name,
    SampleRate: String(format.format.sampleRate),
    ActionStream: input.events(),
  };
}

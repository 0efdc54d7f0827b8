import { TTSError, type EngineEvent, type Mark, type MarkKind } from "@parlando/engine";
import { createInactivityWatch } from "../transport/inactivity.ts";
import type { ErrorContext } from "../transport/provider-errors.ts";
import { errorFromDetails } from "./azure-errors.ts";
import type { AzureFormat } from "./azure-formats.ts";
import type { AzureSettings } from "./azure-settings.ts";
import { createMarkWriter, type MarkWriter } from "./mark-writer.ts";
import type { SpokenText } from "./spoken-text.ts";
import type { SdkBoundary, Speakable, Synthesizer, TurnListener } from "./synthesizer.ts";

/** What one turn needs. */
export interface TurnOptions {
  readonly settings: AzureSettings;
  readonly context: ErrorContext;
  readonly format: AzureFormat;
  readonly marks: ReadonlySet<MarkKind>;
  readonly spoken: SpokenText;
  readonly speech: Speakable;
  /** False: text still comes, so the service may rest; see `textEnded`. Default true. */
  readonly isTextWhole?: boolean | undefined;
  take(): Promise<Synthesizer>;
  giveBack(synthesizer: Synthesizer): void;
  started(requestId: string): void;
  /** `bytes` tells what an event weighs, for what bounds them. */
  event(event: EngineEvent, bytes: number): void;
  /** Once, unless the turn was stopped. */
  ended(error: TTSError | undefined, audioBytes: number): void;
}

/** What the service makes of one turn at the most; what is longer is cut off without a word (documented limit: 10 minutes). */
const LONGEST_MS = 600_000;
/** A blocked event loop makes its timers late, while what has come meanwhile waits to be read: that is looked at first. */
const GRACE_MS = 25;

/**
 * Speaks one turn on a synthesizer, and watches it: the vendor's SDK waits for ever where the service says nothing more, where a message of it
 * cannot be read, and where the message that names the audio's stream is missing.
 */
export class AzureTurn implements TurnListener {
  readonly #options: TurnOptions;
  readonly #watch = createInactivityWatch();
  readonly #writer: MarkWriter;
  #synthesizer: Synthesizer | undefined;
  #isTextWhole: boolean;
  #isSpeaking = false;
  #isOver = false;
  #requestId: string | undefined;
  #audioBytes = 0;
  #firstAudioAtMs = 0;
  #lateSinceMs: number | undefined;

  /** Begins at once. */
  constructor(options: TurnOptions) {
    this.#options = options;
    this.#isTextWhole = options.isTextWhole ?? true;
    this.#writer = createMarkWriter(options);
    this.#run().catch((error: unknown) => this.#end(TTSError.isInstance(error) ? error : this.#error("INTERNAL", "the vendor's SDK threw an error that it should not")));
  }

  /** Nothing of it is wanted any more: its connection is closed, unless the turn has ended. May be called twice. */
  stop(): void {
    this.#settle();
  }

  /** No more text comes: from now on the service must not rest. */
  textEnded(): void {
    this.#isTextWhole = true;
    if (this.#isSpeaking && !this.#isOver) this.#expectMore();
  }

  started(requestId: string): void {
    this.#requestId = requestId;
    this.#options.started(requestId);
  }

  audio(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#audioBytes === 0) this.#firstAudioAtMs = performance.now();
    this.#audioBytes += bytes.length;
    this.#expectMore();
    this.#options.event({ type: "audio", bytes }, bytes.length);
    this.#checkPace();
  }

  boundary(boundary: SdkBoundary): void {
    this.#mark(this.#writer.boundary(boundary));
  }

  viseme(ticks: number, id: number): void {
    this.#mark(this.#writer.viseme(ticks, id));
  }

  bookmark(ticks: number, name: string): void {
    this.#mark(this.#writer.bookmark(ticks, name));
  }

  finished(): void {
    this.#mark(this.#writer.end());
    const isCutOff = this.#audioMs >= LONGEST_MS;
    this.#end(isCutOff ? this.#error("TRUNCATED", "the audio has reached the ten minutes that the service makes in one request; what lies behind is missing. Give shorter pieces", false) : undefined);
  }

  failed(details: string): void {
    const { settings, context } = this.#options;
    this.#end(errorFromDetails(context, settings.origin ?? "", details, this.#requestId));
  }

  async #run(): Promise<void> {
    const { take, giveBack, marks, speech } = this.#options;
    const synthesizer = await take();
    if (this.#isOver) return giveBack(synthesizer);
    this.#synthesizer = synthesizer;
    // Not before: to load the SDK may take a slow machine seconds.
    this.#expect("no connection was made", "connectMs");
    try {
      await synthesizer.connect();
    } catch (error) {
      return this.failed(String(error));
    }
    if (this.#isOver) return;
    this.#isSpeaking = true;
    this.#expectMore();
    synthesizer.speak(speech, marks, this);
  }

  get #audioMs(): number {
    return this.#audioBytes / this.#options.format.bytesPerMs;
  }

  #mark(marks: readonly Mark[]): void {
    if (this.#isOver) return;
    this.#expectMore();
    for (const mark of marks) this.#options.event({ type: "mark", mark }, 0);
  }

  #expectMore(): void {
    if (!this.#isTextWhole) return this.#watch.rest();
    if (this.#audioBytes === 0) this.#expect("no audio came", "firstAudioMs");
    else this.#expect("nothing more came, and no end,", "stallMs");
  }

  #expect(what: string, option: "connectMs" | "firstAudioMs" | "stallMs"): void {
    const limitMs = this.#options.settings[option];
    const late = (): void => this.#end(this.#error("TIMEOUT", `${what} within ${limitMs / 1000} s. Try again, or raise \`${option}\``));
    this.#watch.expect(limitMs, () => this.#watch.expect(GRACE_MS, late));
  }

  /** Audio may be late once: after a blocked event loop it catches up. Too slow is what stays late for as long as a stall may last. */
  #checkPace(): void {
    if (!this.#isTextWhole) return;
    const { stallMs, maxRealTimeFactor } = this.#options.settings;
    const nowMs = performance.now();
    if (nowMs - this.#firstAudioAtMs <= stallMs + maxRealTimeFactor * this.#audioMs) {
      this.#lateSinceMs = undefined;
      return;
    }
    this.#lateSinceMs ??= nowMs;
    if (nowMs - this.#lateSinceMs < stallMs) return;
    this.#end(this.#error("TIMEOUT", `audio comes more than ${maxRealTimeFactor} times slower than it plays. Try again, or raise \`maxRealTimeFactor\``));
  }

  #error(code: "TIMEOUT" | "TRUNCATED" | "INTERNAL", says: string, retryable?: boolean): TTSError {
    const { settings, context } = this.#options;
    return new TTSError(code, `${context.doing} at ${settings.origin ?? "an unknown address"}: ${says}.`, { engine: context.engine, requestId: this.#requestId, retryable });
  }

  #end(error: TTSError | undefined): void {
    if (this.#settle()) this.#options.ended(error, this.#audioBytes);
  }

  /** False when it was over already. */
  #settle(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#watch.close();
    if (this.#synthesizer !== undefined) this.#options.giveBack(this.#synthesizer);
    return true;
  }
}

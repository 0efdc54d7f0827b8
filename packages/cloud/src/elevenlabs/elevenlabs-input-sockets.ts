import type { ErrorContext } from "../transport/provider-errors.ts";
import type { SocketLease } from "../transport/socket-lease.ts";
import { parseSocketMessage, type SpeechLine } from "./elevenlabs-line.ts";
import { openingMessage, textMessage, type SpeechMessage, type SpeechSettings } from "./elevenlabs-wire.ts";

/** The text that is spoken, and the one that is being written. */
const MOST_SOCKETS = 2;

/** What {@link InputSockets} needs. */
export interface InputSocketsOptions {
  /** The connection of the first text. */
  readonly first: SocketLease;
  /** Takes one for another text. */
  readonly take: () => Promise<SocketLease>;
  /** Breaks off what is being opened. */
  readonly stop: () => void;
  /** Opens one ahead. */
  readonly warmUp: () => Promise<void>;
  readonly settings: SpeechSettings;
  readonly context: ErrorContext;
  /** Where headers cannot carry it. */
  readonly apiKey: string | undefined;
}

interface OpenText {
  /** Undefined while it is being opened. */
  lease: SocketLease | undefined;
  opening: Promise<SocketLease>;
  pending: Promise<SpeechMessage> | undefined;
}

/**
 * Each text over a `stream-input` connection of its own, since only the end of all text is answered with a message that tells when its audio is whole. The
 * next connection is opened while a text is spoken.
 */
export class InputSockets implements SpeechLine {
  readonly mostTexts: number = MOST_SOCKETS;
  readonly #options: InputSocketsOptions;
  readonly #texts = new Map<string, OpenText>();
  #spare: SocketLease | undefined;
  #isReleased = false;

  constructor(options: InputSocketsOptions) {
    this.#options = options;
    this.#spare = options.first;
  }

  async write(id: string, text: string): Promise<void> {
    const { settings, apiKey } = this.#options;
    const known = this.#texts.get(id);
    if (known !== undefined) return send(known, [textMessage(text)]);
    await send(this.#open(id), [openingMessage(settings, { apiKey }), textMessage(text)]);
  }

  async finish(id: string): Promise<void> {
    const text = this.#texts.get(id);
    if (text === undefined) return;
    await send(text, [textMessage("")]);
    this.#options.warmUp().catch(() => undefined);
  }

  keepAlive(id: string): void {
    const text = this.#texts.get(id);
    if (text?.lease !== undefined) send(text, [textMessage(" ")]).catch(() => undefined);
  }

  cancel(ids: readonly string[]): void {
    for (const id of ids) this.#drop(id);
  }

  receive(id: string): Promise<SpeechMessage> {
    const text = this.#texts.get(id) ?? this.#open(id);
    text.pending ??= this.#receive(id, text);
    return text.pending;
  }

  async #receive(id: string, text: OpenText): Promise<SpeechMessage> {
    const { context } = this.#options;
    try {
      const lease = text.lease ?? (await text.opening);
      const message = { ...parseSocketMessage(await lease.receive(), context), contextId: id };
      if (message.isFinal) this.#drop(id);
      return message;
    } catch (error) {
      // What was called off is nobody's failure.
      if (this.#texts.get(id) === text) throw error;
      return { contextId: id, audio: undefined, isFinal: true, alignment: undefined, normalizedAlignment: undefined, error: undefined };
    } finally {
      text.pending = undefined;
    }
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    const spare = this.#spare;
    this.#spare = undefined;
    spare?.giveBack();
    for (const id of [...this.#texts.keys()]) this.#drop(id);
    this.#options.stop();
  }

  #open(id: string): OpenText {
    const lease = this.#spare;
    this.#spare = undefined;
    const text: OpenText = { lease, opening: lease === undefined ? this.#options.take() : Promise.resolve(lease), pending: undefined };
    this.#texts.set(id, text);
    text.opening.then(
      (opened) => {
        text.lease = opened;
        if (this.#isReleased || this.#texts.get(id) !== text) void opened.discard().catch(() => undefined);
      },
      () => undefined,
    );
    return text;
  }

  #drop(id: string): void {
    const text = this.#texts.get(id);
    this.#texts.delete(id);
    void text?.lease?.discard().catch(() => undefined);
  }
}

/** In order: what waits for the opening goes out before what comes after it. */
async function send(text: OpenText, messages: readonly string[]): Promise<void> {
  const lease = text.lease ?? (await text.opening);
  await Promise.all(messages.map((message) => lease.send(message)));
}

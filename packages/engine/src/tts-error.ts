import { errorCodes, type ErrorCode } from "./error-code.ts";

/** What an error of Parlando can tell besides its message. */
export interface TTSErrorOptions {
  /** Whether the same call can succeed later; by default what {@link errorCodes} says of the code. */
  retryable?: boolean | undefined;
  /** How long to wait before trying again, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** Id of the engine that failed. */
  engine?: string | undefined;
  /** The provider's id of the failed request, for its support. */
  requestId?: string | undefined;
  /** What lies beneath. */
  cause?: unknown;
}

const brand = Symbol.for("parlando.TTSError");

/**
 * What every part of Parlando throws. The message says what was being done, what was found, what was expected and what to do; it
 * never contains a secret or text that was to be spoken.
 *
 * @example
 * ```ts
 * try {
 *   await tts.speak(text);
 * } catch (error) {
 *   if (TTSError.isInstance(error) && error.code === "VOICE_NOT_FOUND") chooseAnotherVoice();
 *   else throw error;
 * }
 * ```
 */
export class TTSError extends Error {
  override readonly name: string = "TTSError";
  /** Stable; {@link errorCodes} documents each. */
  readonly code: ErrorCode;
  readonly retryable: boolean;
  declare readonly retryAfterMs?: number;
  declare readonly engine?: string;
  declare readonly requestId?: string;

  constructor(code: ErrorCode, message: string, options: TTSErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? errorCodes[code].retryable;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.engine !== undefined) this.engine = options.engine;
    if (options.requestId !== undefined) this.requestId = options.requestId;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Tells an error of Parlando from any other; works across copies of the package, where `instanceof` does not. */
  static isInstance(value: unknown): value is TTSError {
    return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
  }
}

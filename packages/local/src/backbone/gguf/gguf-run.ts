import { TTSError } from "@parlando/engine";
import type { CodeRun, EvaluatedTokens } from "../code-generator.ts";
import { createSpeechTokens, type SpeechTokensOptions } from "./speech-tokens.ts";

/** One speech whose prompt is evaluated up to its last token. */
export interface GgufRunOptions extends SpeechTokensOptions {
  readonly evaluated: EvaluatedTokens;
  /** Gives the sequence back. */
  readonly release: () => Promise<void>;
}

/** Generates codes, one for each call of `next`. */
export function createGgufRun(options: GgufRunOptions): CodeRun {
  const { spoken, limits, codeTokens } = options;
  const tokens = createSpeechTokens(options);
  let codes = 0;
  let ended = false;
  let failure: TTSError | undefined;
  let closing: Promise<void> | undefined;
  let pending: Promise<unknown> = Promise.resolve();

  function checkOpen(): void {
    if (closing !== undefined) throw new TTSError("ABORTED", "Generating speech codes: the speech was closed.");
    if (failure !== undefined) throw failure;
  }

  async function step(): Promise<number | undefined> {
    const token = await tokens.next(codes);
    checkOpen();
    if (token === codeTokens.stop) {
      ended = true;
      return undefined;
    }
    codes += 1;
    spoken.add(token);
    return token - codeTokens.firstCode;
  }

  async function guarded(): Promise<number | undefined> {
    try {
      return await step();
    } catch (error) {
      failure = TTSError.isInstance(error) ? error : stepError(error);
      throw failure;
    }
  }

  async function close(): Promise<void> {
    await pending.catch(() => undefined);
    await tokens.close().catch(() => undefined);
    await options.release();
  }

  return {
    evaluated: options.evaluated,
    async next() {
      checkOpen();
      if (ended || codes >= limits.maximumCodes) return undefined;
      const stepping = guarded();
      pending = stepping;
      return stepping;
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function stepError(cause: unknown): TTSError {
  const reason = cause instanceof Error ? (cause.message.split("\n", 1)[0] ?? "") : "no reason";
  return new TTSError("SERVICE", `Generating speech codes: llama.cpp failed with "${reason}". Try again; if it stays, use another device or fewer slots.`, { cause });
}

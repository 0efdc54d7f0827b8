import { TTSError } from "@parlando/engine";
import { checkOptions, type EspeakOptions } from "./espeak-options.ts";
import type { PhonemizeJob } from "./espeak-wire.ts";
import { createEspeakHost, type EspeakHost } from "./host/espeak-host.ts";

/** How phonemes are wanted. */
export interface PhonemizeOptions {
  /** Stress marks `ˈ` and `ˌ`. Default true. */
  stress?: boolean | undefined;
  /**
   * "spaced" (the default): kept, with a space on either side, which is how Audar's phonemes are written. "attached": kept where
   * the text has it. "none": left out.
   */
  punctuation?: "spaced" | "attached" | "none" | undefined;
  /** Keep the library's `(en)` … `(ar)` around words that it reads in another language. Default false. */
  languageSwitches?: boolean | undefined;
  /** Language (BCP-47) of Latin letters in a language written in others, such as Arabic. Default "en-us"; false leaves them to the library. */
  latinLanguage?: string | false | undefined;
  signal?: AbortSignal | undefined;
}

/** Turns text into IPA, in a worker of its own. */
export interface Phonemizer {
  /** See the function `phonemize`. */
  phonemize(text: string, language: string, options?: PhonemizeOptions): Promise<string>;
  /** Ends the worker. May be called twice. */
  close(): Promise<void>;
}

const longestText = 100_000;
/** How long the shared worker is kept without work. */
const idleMs = 30_000;

/**
 * Makes a phonemizer with a worker of its own, which starts with the first text.
 *
 * @param options - Where the library is, as for the engine.
 */
export function createPhonemizer(options?: Pick<EspeakOptions, "assetsUrl" | "workerUrl">): Phonemizer {
  const host = createEspeakHost(checkOptions(options));
  return {
    phonemize: async (text, language, wishes = {}) => run(host, prepare(text, language, wishes), wishes.signal),
    async close() {
      host.close();
    },
  };
}

let shared: { phonemizer: Phonemizer; working: number; timer: ReturnType<typeof setTimeout> | undefined } | undefined;

/**
 * IPA of plain text, for engines that are given phonemes. The library runs in a worker that is shared by all calls and ends
 * when it had nothing to do for 30 seconds.
 *
 * @param text - At most 100,000 UTF-16 units.
 * @param language - BCP-47, such as `ar` or `en-us`.
 * @param options - Stress, punctuation and Latin letters.
 * @returns Words with a space between, without line ends.
 * @throws TTSError `VOICE_NOT_FOUND` for a language that the library does not have, `TEXT_TOO_LONG`, `INVALID_INPUT`, `ABORTED`.
 *
 * @example
 * ```ts
 * await phonemize("Hello, world!", "en-us"); // "həlˈoʊ , wˈɜːld !"
 * ```
 */
export async function phonemize(text: string, language: string, options?: PhonemizeOptions): Promise<string> {
  shared ??= { phonemizer: createPhonemizer(), working: 0, timer: undefined };
  const user = shared;
  clearTimeout(user.timer);
  user.working += 1;
  try {
    return await user.phonemizer.phonemize(text, language, options);
  } finally {
    user.working -= 1;
    if (user.working === 0) {
      user.timer = setTimeout(() => {
        if (shared === user) shared = undefined;
        void user.phonemizer.close();
      }, idleMs);
      if (typeof user.timer === "object") user.timer.unref();
    }
  }
}

function prepare(text: unknown, language: unknown, options: PhonemizeOptions): PhonemizeJob {
  if (typeof text !== "string" || typeof language !== "string" || language === "") {
    throw new TTSError("INVALID_INPUT", `Making phonemes: text is of type ${typeof text} and language of type ${typeof language}, expected a text and a BCP-47 tag such as "en-us".`);
  }
  if (text.length > longestText) {
    throw new TTSError("TEXT_TOO_LONG", `Making phonemes: the text has ${String(text.length)} characters, at most ${String(longestText)} are taken at once. Cut it at sentences.`);
  }
  const { stress = true, punctuation = "spaced", languageSwitches = false, latinLanguage = "en-us" } = options;
  return { text, language, stress, punctuation, languageSwitches, latinLanguage: latinLanguage === false ? undefined : latinLanguage };
}

async function run(host: EspeakHost, job: PhonemizeJob, signal: AbortSignal | undefined): Promise<string> {
  const calledOff = (): TTSError => new TTSError("ABORTED", "Making phonemes: it was called off.", { cause: signal?.reason });
  if (signal?.aborted === true) throw calledOff();
  const task = host.phonemize(job);
  const abort = (): void => host.cancel(task, calledOff());
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return (await task.result()) ?? "";
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

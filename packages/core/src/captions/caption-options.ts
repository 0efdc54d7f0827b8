import { TTSError } from "@parlando/engine";

/** How captions are to look. */
export interface CaptionOptions {
  /** "srt" (SubRip) or "webvtt". */
  readonly format: "srt" | "webvtt";
  /** Widest line, in characters; those of Chinese, Japanese and Korean count twice. A longer word stands alone on its line. Default 42. */
  readonly maxLineCharacters?: number | undefined;
  /** Lines of a cue. Default 2. */
  readonly maxLines?: number | undefined;
  /** A shorter cue stays until the next one comes, or is put together with it. Default 1,000 ms. */
  readonly minMs?: number | undefined;
  /** A sentence that takes longer is parted, whatever its length. Default 7,000 ms. */
  readonly maxMs?: number | undefined;
  /** A cue that would have to be read faster stays longer, as far as the next one lets it. Default 20. */
  readonly maxCharactersPerSecond?: number | undefined;
  /** WebVTT only: a time stamp before each word, so that a player can mark the word being spoken. Default false. */
  readonly highlight?: boolean | undefined;
}

/** {@link CaptionOptions} with every default filled in. */
export type CaptionSettings = { readonly [Name in keyof CaptionOptions]-?: NonNullable<CaptionOptions[Name]> };

/** Checks the options and fills in what is left out. Throws `INVALID_INPUT` naming the option, what was given and what is allowed. */
export function settleCaptions(options: CaptionOptions): CaptionSettings {
  const { format, highlight = false } = options;
  if (format !== "srt" && format !== "webvtt") throw invalid("format", format, '"srt" or "webvtt"');
  if (typeof highlight !== "boolean") throw invalid("highlight", highlight, "true or false");
  if (highlight && format === "srt") throw new TTSError("INVALID_INPUT", 'The caption option "highlight" was given for SRT, which has no time stamps of words; choose the format "webvtt".');
  const minMs = numberOption("minMs", options.minMs, { default: 1000, least: 0, most: 60_000 });
  return {
    format,
    highlight,
    maxLineCharacters: numberOption("maxLineCharacters", options.maxLineCharacters, { default: 42, least: 4, most: 1000 }),
    maxLines: Math.floor(numberOption("maxLines", options.maxLines, { default: 2, least: 1, most: 10 })),
    minMs,
    maxMs: numberOption("maxMs", options.maxMs, { default: Math.max(7000, minMs), least: Math.max(1, minMs), most: 3_600_000 }),
    maxCharactersPerSecond: numberOption("maxCharactersPerSecond", options.maxCharactersPerSecond, { default: 20, least: 1, most: 1000 }),
  };
}

function numberOption(name: string, value: unknown, range: { default: number; least: number; most: number }): number {
  if (value === undefined) return range.default;
  if (typeof value === "number" && value >= range.least && value <= range.most) return value;
  throw invalid(name, value, `a number from ${range.least} to ${range.most}`);
}

function invalid(name: string, value: unknown, expected: string): TTSError {
  const given = typeof value === "number" || typeof value === "boolean" ? String(value) : typeof value === "string" && value.length <= 40 ? JSON.stringify(value) : value === null ? "null" : `a ${typeof value}`;
  return new TTSError("INVALID_INPUT", `The caption option "${name}" is ${given}; expected ${expected}.`);
}

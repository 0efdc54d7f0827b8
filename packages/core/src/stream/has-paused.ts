/** Text that stands still so long behind punctuation has been paused by its writer. */
const STANDSTILL_MS = 500;
/** ... and so long behind anything else, which may be half a word or half a number: models stand still for a second in the middle of one. */
const LONG_STANDSTILL_MS = 1500;
/** The last character has come by half: a pair, or emoji that are joined. Joiners behind letters end words, of Malayalam for one. */
const HALF_CHARACTER = /(?:[\ud800-\udbff]|\p{Extended_Pictographic}[\p{M}\p{Emoji_Modifier}]*\u200d)$/u;
/** A mark that ends a clause or a sentence, with what closes behind it, or the end of a line. */
const AT_PUNCTUATION = /(?:\n\s*|[\p{Terminal_Punctuation}…—][\p{Pe}\p{Pf}"'*_]*\s*)$/u;
/** Numbers, times, addresses and paths have such marks inside. */
const INSIDE_TOKEN = /(?:\d[.,:]|[/@]\S*)$/;
/** Enough of the end of a text to tell. */
const END_UNITS = 64;

/** Whether the writer of `text` has paused, when nothing was added for so long: what is there is not the half of something. */
export function hasPaused(text: string, stillMs: number): boolean {
  if (stillMs < STANDSTILL_MS) return false;
  const end = text.slice(-END_UNITS);
  if (HALF_CHARACTER.test(end)) return false;
  return stillMs >= LONG_STANDSTILL_MS || (AT_PUNCTUATION.test(end) && !INSIDE_TOKEN.test(end));
}

import { CLASS } from "./character-class.ts";
import type { LanguageRules } from "./language-rules.ts";
import type { Ahead } from "./look-ahead.ts";
import { classAt, unitAt, type ScanState } from "./scan-state.ts";

/** Signs that a letter carries: more are not waited for. */
const MOST_SIGNS = 4;
const hangul = /^[\uAC00-\uD7A3]$/;
/** The syllables that number the items of a Korean list; `아` and `자` are words of their own more often. */
const koreanMarkers = "가나다라마바사차카타파하";
/** A letter without case that carries a sign of its own script. Accents belong to no script, nor do the vowels of Arabic. */
const withSign = /^\p{Lo}\p{M}*?(?!\p{Script=Inherited})\p{M}+$/u;
/** The south of India shortens names to such syllables (`மு. கருணாநிதி`), and seldom ends a sentence in one. */
const southIndian = /^[\u0B80-\u0BFF\u0C00-\u0D7F]/;

/** Words of one syllable in Devanagari end in a long vowel; what ends in a short one is the beginning of a name (`वि. कुलकर्णी`). */
const shortDevanagari = /^[\u0904-\u0939\u0958-\u0961][\u093F\u0941]$/;

/** Whether one letter alone is a syllable, which may be a whole word (`है`, `가`), where the letters of other scripts are initials. */
export function isSyllable(text: string, rules: LanguageRules): boolean {
  return hangul.test(text) || (withSign.test(text) && !southIndian.test(text) && !shortDevanagari.test(text)) || rules.isWord(text);
}

/** Whether a syllable before a full stop is a word and no initial; undefined when more text is needed to tell. */
export function isSyllableWord(state: ScanState, text: string, ahead: Ahead): boolean | undefined {
  const isFirst = state.tokenStart === state.sentenceStart;
  if (hangul.test(text)) return !(isFirst && koreanMarkers.includes(text));
  if (state.rules.isWord(text)) return true;
  // An amount is written behind its currency (`रू. ५०`).
  if (ahead.kind === CLASS.digit) return false;
  const isNextInitial = isInitialAhead(state, ahead);
  if (isNextInitial === undefined) return undefined;
  const isBehindInitial = state.abbreviatedToken > 0 && state.abbreviatedToken >= state.tokens - 1;
  return !isFirst && !isNextInitial && !isBehindInitial;
}

/** Names have several initials in a row (`वि. वा. शिरवाडकर`): whether one stands ahead. */
function isInitialAhead(state: ScanState, ahead: Ahead): boolean | undefined {
  if (ahead.kind !== CLASS.letter) return false;
  let offset = ahead.offset + 1;
  while (offset - ahead.offset <= MOST_SIGNS && classAt(state, offset) === CLASS.mark) offset += 1;
  if (classAt(state, offset) === CLASS.need) return undefined;
  return unitAt(state, offset) === 0x2e && !state.rules.isWord(state.buffer.slice(ahead.offset, offset));
}

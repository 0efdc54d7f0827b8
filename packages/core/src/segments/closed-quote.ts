import { CLASS, isWide } from "./character-class.ts";
import { classAt, DECISION, ENDING, unitAt, type ScanState } from "./scan-state.ts";

/** After a closed quote, these words of Japanese go on with the sentence that quotes. */
const quoting = "とっなはがをにのでもや、";
/** What Chinese writes after a quotation to say who spoke. */
const saying = "说問问喊叫答想曰說嚷吼";
/** Verbs of speech of two characters, as newspapers use them. */
const reporting = new Set(["表示", "指出", "认为", "認為", "解释", "解釋", "回应", "回應", "强调", "強調", "补充", "補充", "承认", "承認", "感叹", "感嘆", "嘀咕"]);
/** 道 says so only behind another verb of speech or a pronoun: else it is a road, or part of 知道. */
const WAY = "道";
const beforeWay = "说說问問喊叫答笑骂罵吼嚷应應叹嘆赞讚怒惊驚他她我你您";
/** Behind a verb of speech. */
const aspects = "着著了过過";
/** Who did not speak is no speaker. */
const negations = "没沒不无無未";
/** With the sign behind it, this is as much look-ahead as speech can wait for. */
const LONGEST_SPEAKER = 5;
const colons = ":：";
const commas = ",，";
const bracketClosers = ")）]］}｝】〕〗";
/** After a quotation with a mark of its own, pairs of these go on with the sentence: `“为什么？”这个念头`, `“砰！”一声`. */
const measuring = "个個一样樣种種句类類话話两兩几幾首些词詞语語文书書曲歌片剧劇诗詩节節章案说說声聲";
const counting = "这這那一";
/** `“不！”等口号`. */
const listed = "等口标標词詞语語字话話类類问問";
const joining = "和与與及或跟";
/** What says something of the quotation itself. */
const linking = "是为為仍成";
/** The same words at the start of a new sentence. */
const newAfterOf = "确確士";
const newAfterThis = "后後前所间間";
/** Verbs of speech right before a quotation that has no colon. */
const introducing = "说說道问問喊叫答曰称稱嚷吼";

/** Whether the punctuation at the end is that of a title (`《你好！》`), which ends no sentence. */
export function isTitleClosed(state: ScanState): boolean {
  const closer = unitAt(state, state.ending.end - 1);
  return closer === 0x300b || closer === 0x3009;
}

/**
 * What a full stop, question or exclamation mark divides that stands before a closed quote or bracket, in text without spaces. The
 * cursor stands on the first unit behind it.
 */
export function decideClosedQuote(state: ScanState): number {
  const closer = String.fromCharCode(unitAt(state, state.ending.end - 1));
  const next = String.fromCharCode(unitAt(state, state.cursor));
  if (quoting.includes(next)) return DECISION.clause;
  if (isTitleClosed(state) || state.enclosures.closedFrom() === state.ending.start - 1) return DECISION.word;
  const isAtStart = state.enclosures.closedFrom() === state.sentenceStart;
  const isUnknown = state.enclosures.closedFrom() < 0;
  if (bracketClosers.includes(closer)) return isAtStart || isUnknown || !isAsking(state) ? DECISION.sentence : DECISION.word;
  if (!isAtStart && !isUnknown && isAsking(state) && isPartOfClause(state)) return DECISION.clause;
  if (classAt(state, state.cursor) !== CLASS.ideograph) return DECISION.sentence;
  const continued = decideContinued(state, next, isAtStart || isUnknown);
  return continued === DECISION.sentence && (isAtStart || isUnknown) ? decideSpeaker(state) : continued;
}

/** A question or an exclamation, which may stand in the middle of a sentence. */
function isAsking(state: ScanState): boolean {
  if ((state.ending.marks & ENDING.exclaim) !== 0) return true;
  const unit = unitAt(state, state.ending.start);
  return unit === 0xff1f || unit === 0xff01;
}

/** Whether the quotation is a word of the sentence (`高喊“让一让！”冲进`), not what a colon, a comma or a verb introduces. */
function isPartOfClause(state: ScanState): boolean {
  const unit = state.enclosures.closedBehind();
  if (!isWide(unit) || introducing.includes(String.fromCharCode(unit))) return false;
  return (unit >= 0x3400 && unit <= 0x9fff) || (unit >= 0xf900 && unit <= 0xfaff);
}

/** Words that need the quotation before them. */
function decideContinued(state: ScanState, next: string, isAtStart: boolean): number {
  const isNamed = isAsking(state) && (isAtStart || commas.includes(String.fromCharCode(state.enclosures.closedBehind())));
  const mayGoOn = next === "的" || next === "之" || next === "地" || (isNamed && (counting.includes(next) || next === "等" || joining.includes(next)));
  if (!mayGoOn) return isNamed && linking.includes(next) ? DECISION.clause : DECISION.sentence;
  if (classAt(state, state.cursor + 1) === CLASS.need) return DECISION.more;
  const second = String.fromCharCode(unitAt(state, state.cursor + 1));
  return goesOn(next, second, classAt(state, state.cursor + 1)) ? DECISION.clause : DECISION.sentence;
}

function goesOn(next: string, second: string, secondClass: number): boolean {
  if (next === "的") return !newAfterOf.includes(second);
  if (next === "之") return !newAfterThis.includes(second);
  if (next === "地") return second === "一";
  if (next === "等") return listed.includes(second);
  if (joining.includes(next)) return secondClass === CLASS.open || secondClass === CLASS.quote;
  return measuring.includes(second);
}

/** After a sentence in quotes, `他说，` goes on with it. What a colon follows (`他说：`) introduces the next. */
function decideSpeaker(state: ScanState): number {
  for (let offset = state.cursor; offset < state.cursor + LONGEST_SPEAKER; offset += 1) {
    const kind = classAt(state, offset);
    if (kind === CLASS.need) return DECISION.more;
    const unit = String.fromCharCode(unitAt(state, offset));
    if (kind !== CLASS.ideograph || isKana(unit) || negations.includes(unit)) return DECISION.sentence;
    if (!isSaying(state, offset, unit)) continue;
    const decision = decideAfterSpeaker(state, offset + 1);
    if (decision !== undefined) return decision;
  }
  return DECISION.sentence;
}

/** Japanese says who spoke behind a particle. */
function isKana(unit: string): boolean {
  return unit >= "\u3040" && unit <= "\u30ff";
}

function isSaying(state: ScanState, offset: number, unit: string): boolean {
  if (saying.includes(unit)) return true;
  if (unit !== WAY) return offset > state.cursor && reporting.has(String.fromCharCode(unitAt(state, offset - 1)) + unit);
  return offset > state.cursor && beforeWay.includes(String.fromCharCode(unitAt(state, offset - 1)));
}

/** Undefined where the word goes on. */
function decideAfterSpeaker(state: ScanState, start: number): number | undefined {
  const isAspect = start < state.cursor + LONGEST_SPEAKER && classAt(state, start) === CLASS.ideograph && aspects.includes(String.fromCharCode(unitAt(state, start)));
  const offset = isAspect ? start + 1 : start;
  const kind = classAt(state, offset);
  if (kind === CLASS.need) return DECISION.more;
  if (colons.includes(String.fromCharCode(unitAt(state, offset)))) return DECISION.sentence;
  if (offset === state.cursor + LONGEST_SPEAKER && unitAt(state, offset) === WAY.charCodeAt(0)) return DECISION.clause;
  const isOver = kind <= CLASS.newline || kind === CLASS.end || (kind >= CLASS.dot && kind <= CLASS.dash);
  return isOver ? DECISION.clause : undefined;
}

/** An emoji as it stands in a text. */
export interface EmojiSequence {
  /** UTF-16 units of the whole sequence. */
  readonly length: number;
  /** The sequence without variation selectors and skin tones: the key of its name. */
  readonly key: string;
}

/** More parts than any sequence has that is drawn as one. */
const MOST_PARTS = 10;
const MOST_TAGS = 8;
/** Units after which every sequence is decided: parts of a sign, a tone, a selector and a joiner, and tags. */
export const EMOJI_LOOK_AHEAD: number = MOST_PARTS * 6 + MOST_TAGS * 2;

const JOINER = 0x200d;
const TEXT_SELECTOR = 0xfe0e;
const EMOJI_SELECTOR = 0xfe0f;
const KEYCAP = 0x20e3;

const PICTOGRAPH = /^\p{Extended_Pictographic}/u;
const SHOWN_AS_EMOJI = /^\p{Emoji_Presentation}/u;
/** Signs that are text for the ear however they are drawn: ©, ®, ™. */
const TEXT_SIGNS: ReadonlySet<number> = new Set([0xa9, 0xae, 0x2122]);

const isRegional = (point: number): boolean => point >= 0x1f1e6 && point <= 0x1f1ff;
const isTone = (point: number): boolean => point >= 0x1f3fb && point <= 0x1f3ff;
const isTag = (point: number): boolean => point >= 0xe0020 && point <= 0xe007f;
const isKeycapBase = (point: number): boolean => (point >= 0x30 && point <= 0x39) || point === 0x23 || point === 0x2a;

/** Reads code points of a text, and notes when it would have had to read on. */
class Points {
  readonly #text: string;
  readonly #ended: boolean;
  at: number;
  isShort = false;

  constructor(text: string, at: number, ended: boolean) {
    this.#text = text;
    this.#ended = ended;
    this.at = at;
  }

  /** The code point that comes next; 0 where there is none. */
  get next(): number {
    const point = this.#text.codePointAt(this.at);
    if (point === undefined || (point >= 0xd800 && point < 0xdc00 && this.at + 1 >= this.#text.length)) {
      this.isShort ||= !this.#ended;
      return 0;
    }
    return point;
  }

  skip(): number {
    const point = this.next;
    this.at += point > 0xffff ? 2 : 1;
    return point;
  }

  skipIf(point: number): boolean {
    if (this.next !== point) return false;
    this.at += point > 0xffff ? 2 : 1;
    return true;
  }
}

/** Whether an emoji could begin with this unit: a quick look before {@link readEmoji}. */
export function mayBeginEmoji(unit: string): boolean {
  const code = unit.charCodeAt(0);
  if (code < 0x203c) return isKeycapBase(code);
  return code <= 0x303d || code === 0x3297 || code === 0x3299 || (code >= 0xd83c && code <= 0xd83e);
}

/** The emoji that begins at `at`, as Unicode (UTS 51) puts them together; "more" when that depends on text that has not come. */
export function readEmoji(text: string, at: number, ended: boolean): EmojiSequence | "more" | undefined {
  const points = new Points(text, at, ended);
  const first = points.next;
  const isEmoji = isRegional(first) ? readFlag(points) : isKeycapBase(first) ? readKeycap(points) : readJoined(points);
  if (points.isShort) return "more";
  if (!isEmoji) return undefined;
  return { length: points.at - at, key: keyOf(text.slice(at, points.at)) };
}

/** The key under which tables hold the name of an emoji. */
export function keyOf(emoji: string): string {
  return emoji.replaceAll(/[\uFE0E\uFE0F]|\p{Emoji_Modifier}/gu, "");
}

function readFlag(points: Points): boolean {
  points.skip();
  if (!isRegional(points.next)) return false;
  points.skip();
  return true;
}

function readKeycap(points: Points): boolean {
  points.skip();
  points.skipIf(EMOJI_SELECTOR);
  return points.skipIf(KEYCAP);
}

/** Signs joined to one. */
function readJoined(points: Points): boolean {
  if (!readPart(points)) return false;
  for (let parts = 1; parts < MOST_PARTS && points.next === JOINER; parts += 1) {
    const joint = points.at;
    points.skip();
    if (!readSign(points)) {
      // A joiner without anything to join stays what it is.
      if (!points.isShort) points.at = joint;
      return true;
    }
  }
  return true;
}

/** The first sign: one that is shown as an emoji, by itself or by what follows it. */
function readPart(points: Points): boolean {
  const sign = points.next;
  const shown = String.fromCodePoint(sign);
  if (!PICTOGRAPH.test(shown) || TEXT_SIGNS.has(sign)) return false;
  points.skip();
  if (points.skipIf(TEXT_SELECTOR)) return false;
  if (points.skipIf(EMOJI_SELECTOR)) return true;
  if (isTone(points.next)) {
    points.skip();
    return true;
  }
  if (isTag(points.next)) {
    for (let tags = 0; tags < MOST_TAGS && isTag(points.next); tags += 1) points.skip();
    return true;
  }
  return SHOWN_AS_EMOJI.test(shown) || points.next === JOINER;
}

/** A further sign, behind a joiner. */
function readSign(points: Points): boolean {
  if (!PICTOGRAPH.test(String.fromCodePoint(points.next))) return false;
  points.skip();
  points.skipIf(EMOJI_SELECTOR);
  if (isTone(points.next)) points.skip();
  return true;
}

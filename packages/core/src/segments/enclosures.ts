import { CLASS, isWide } from "./character-class.ts";

/**
 * How long a quotation or bracket can keep sentences inside it together, in units. One that is never closed must not hold
 * the rest of the text back: natural text has more of those than of long quotations.
 */
const LONGEST_ENCLOSURE = 80;
const DEEPEST = 8;

const pairs = "()[]{}（）［］｛｝「」『』【】〔〕〖〗《》〈〉｢｣﹁﹂﹃﹄";
const COLON = 0x3a;
const QUOTE = { leftSingle: 0x2018, straight: 0x22, wide: 0xff02, primed: 0x301d, low: 0x201e, left: 0x201c, right: 0x201d, leftAngle: 0xab, rightAngle: 0xbb, leftAngleSingle: 0x2039, rightAngleSingle: 0x203a } as const;

/** What stands before a quote or bracket. */
export interface Before {
  unit: number;
  class: number;
}

/** The quotes and brackets that are open. */
export interface Enclosures {
  /** Where the one opened that was closed last; -1 before there is any, and where what was closed had not been open. */
  closedFrom(): number;
  /** The unit before that place. */
  closedBehind(): number;
  /** Takes a quote or bracket. Tells whether it opened one. */
  read(unit: number, before: Before, offset: number): boolean;
  /** Whether a quote or bracket would close one that is open. */
  closes(unit: number): boolean;
  /** Whether a place lies inside an enclosure that is not too long by now. */
  isInside(offset: number): boolean;
  /** What opened last did not, as the unit after it shows: white space or punctuation. */
  undo(): void;
  clear(): void;
}

const closerOf = new Map<number, string>();
const closers = new Set<number>();
// The low one and the high one of these both close.
for (const unit of "〞〟") closers.add(unit.charCodeAt(0));
for (let index = 0; index < pairs.length; index += 2) {
  closerOf.set(pairs.charCodeAt(index), pairs.charAt(index + 1));
  closers.add(pairs.charCodeAt(index + 1));
}

/** Quotes that are never set inside of their like: a second one shows that the first was not closed. */
const unnested = "”」";

interface Opened {
  /** Any of these closes it. */
  readonly closing: string;
  readonly at: number;
  /** The unit before it. */
  readonly behind: number;
}

/** With none open. */
export function createEnclosures(): Enclosures {
  const opened: Opened[] = [];
  let closed: Opened | undefined;

  function open(closing: string, before: Before, offset: number): boolean {
    if (unnested.includes(closing)) shortenTo(opened.findIndex((one) => one.closing === closing));
    if (opened.length === DEEPEST) opened.shift();
    opened.push({ closing, at: offset, behind: before.unit });
    return true;
  }

  function shortenTo(index: number): void {
    if (index >= 0 && index < opened.length) opened.length = index;
  }

  function indexOf(unit: number): number {
    if (opened.length === 0) return -1;
    const character = String.fromCharCode(unit);
    let index = opened.length - 1;
    while (index >= 0 && opened[index]?.closing.includes(character) !== true) index -= 1;
    return index;
  }

  function close(unit: number): boolean {
    const index = indexOf(unit);
    closed = opened[index];
    shortenTo(index);
    return index >= 0;
  }

  return {
    closedFrom: () => closed?.at ?? -1,
    closedBehind: () => closed?.behind ?? 0,
    closes: (unit) => indexOf(unit) >= 0,
    read(unit, before, offset) {
      const closing = unit === QUOTE.primed ? "〞〟" : closerOf.get(unit);
      if (closing !== undefined) return !isFace(unit, before) && open(closing, before, offset);
      if (close(unit) || closers.has(unit)) return false;
      const opens = closingQuotes(unit, before);
      return opens !== undefined && open(opens, before, offset);
    },
    isInside(offset) {
      while (opened.length > 0 && offset - (opened[0]?.at ?? 0) > LONGEST_ENCLOSURE) opened.shift();
      return opened.length > 0;
    },
    undo: () => shortenTo(opened.length - 1),
    clear: () => shortenTo(0),
  };
}

/** A bracket after a colon or semicolon is a face; East Asia writes neither with its own brackets or punctuation. */
function isFace(unit: number, before: Before): boolean {
  return before.class === CLASS.clause && !isWide(unit) && !isWide(before.unit);
}

function canOpen(previousClass: number): boolean {
  return previousClass <= CLASS.newline || previousClass === CLASS.open || previousClass === CLASS.dash || previousClass === CLASS.quote || previousClass === CLASS.symbol;
}

/** Text without spaces has its opening quotes right after a letter or after punctuation. */
function isUnspaced(before: Before): boolean {
  return isWide(before.unit) && (before.class === CLASS.ideograph || before.class === CLASS.stop || before.class === CLASS.clause || before.class === CLASS.close);
}

/** The quotes that close what `unit` opens; undefined where it opens nothing. Languages differ, so what opened decides. */
function closingQuotes(unit: number, before: Before): string | undefined {
  const isAtStart = canOpen(before.class);
  switch (unit) {
    case QUOTE.left:
      return isAtStart || isUnspaced(before) || before.class === CLASS.ideograph || before.class === CLASS.stop || before.class === CLASS.clause ? "”" : undefined;
    case QUOTE.leftSingle:
      return isUnspaced(before) ? "’" : undefined;
    case QUOTE.low:
      return "“”";
    case QUOTE.leftAngle:
      return "»";
    case QUOTE.leftAngleSingle:
      return "›";
    case QUOTE.straight:
    case QUOTE.wide:
      return isAtStart || isUnspaced(before) || before.unit === COLON ? String.fromCharCode(unit) : undefined;
    case QUOTE.right:
      return isAtStart ? "”" : undefined;
    case QUOTE.rightAngle:
      return isAtStart ? "«" : undefined;
    case QUOTE.rightAngleSingle:
      return isAtStart ? "‹" : undefined;
    default:
      return undefined;
  }
}

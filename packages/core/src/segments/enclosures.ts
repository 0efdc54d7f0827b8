import { CLASS } from "./character-class.ts";

/**
 * How long a quotation or bracket can keep sentences inside it together, in units. One that is never closed must not hold
 * the rest of the text back: natural text has more of those than of long quotations.
 */
const LONGEST_ENCLOSURE = 80;
const DEEPEST = 8;

const pairs = "()[]{}（）［］｛｝「」『』【】〔〕〖〗《》〈〉｢｣";
const QUOTE = { straight: 0x22, wide: 0xff02, low: 0x201e, left: 0x201c, right: 0x201d, leftAngle: 0xab, rightAngle: 0xbb, leftAngleSingle: 0x2039, rightAngleSingle: 0x203a } as const;

/** The quotes and brackets that are open. */
export interface Enclosures {
  /** Where the one opened that was closed last; -1 before there is any. */
  closedFrom(): number;
  /** Takes a quote or bracket. Tells whether it opened one. */
  read(unit: number, previousClass: number, offset: number): boolean;
  /** Whether a place lies inside an enclosure that is not too long by now. */
  isInside(offset: number): boolean;
  /** What opened last did not, as the unit after it shows: white space or punctuation. */
  undo(): void;
  clear(): void;
}

const closerOf = new Map<number, number>();
const closers = new Set<number>();
for (let index = 0; index < pairs.length; index += 2) {
  closerOf.set(pairs.charCodeAt(index), pairs.charCodeAt(index + 1));
  closers.add(pairs.charCodeAt(index + 1));
}

/** With none open. */
export function createEnclosures(): Enclosures {
  const expected: string[] = [];
  const openedAt: number[] = [];
  let closedFrom = -1;

  function open(closing: string, offset: number): boolean {
    if (expected.length === DEEPEST) {
      expected.shift();
      openedAt.shift();
    }
    expected.push(closing);
    openedAt.push(offset);
    return true;
  }

  function close(unit: number): boolean {
    const character = String.fromCharCode(unit);
    const index = expected.findLastIndex((closing) => closing.includes(character));
    if (index < 0) return false;
    closedFrom = openedAt[index] ?? -1;
    expected.length = index;
    openedAt.length = index;
    return true;
  }

  return {
    closedFrom: () => closedFrom,
    read(unit, previousClass, offset) {
      const closing = closerOf.get(unit);
      // A bracket after a colon or semicolon is a face.
      if (closing !== undefined) return previousClass !== CLASS.clause && open(String.fromCharCode(closing), offset);
      if (close(unit) || closers.has(unit)) return false;
      const opens = closingQuotes(unit, previousClass);
      return opens !== undefined && open(opens, offset);
    },
    isInside(offset) {
      if (openedAt.length === 0) return false;
      while (openedAt.length > 0 && offset - (openedAt[0] ?? 0) > LONGEST_ENCLOSURE) {
        expected.shift();
        openedAt.shift();
      }
      return openedAt.length > 0;
    },
    undo() {
      expected.pop();
      openedAt.pop();
    },
    clear() {
      if (openedAt.length === 0) return;
      expected.length = 0;
      openedAt.length = 0;
    },
  };
}

function canOpen(previousClass: number): boolean {
  return previousClass <= CLASS.newline || previousClass === CLASS.open || previousClass === CLASS.dash || previousClass === CLASS.quote || previousClass === CLASS.symbol;
}

/** The quotes that close what `unit` opens; undefined where it opens nothing. Languages differ, so what opened decides. */
function closingQuotes(unit: number, previousClass: number): string | undefined {
  const isAtStart = canOpen(previousClass);
  switch (unit) {
    case QUOTE.left:
      return isAtStart || previousClass === CLASS.ideograph || previousClass === CLASS.stop || previousClass === CLASS.clause ? "”" : undefined;
    case QUOTE.low:
      return "“”";
    case QUOTE.leftAngle:
      return "»";
    case QUOTE.leftAngleSingle:
      return "›";
    case QUOTE.straight:
    case QUOTE.wide:
      return isAtStart ? String.fromCharCode(unit) : undefined;
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

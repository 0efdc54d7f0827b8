/** How long the words of a number are in speech, in milliseconds; from the same fit as the letters. */
const MS = { digit: 260, teen: 400, tens: 330, hundred: 220, thousand: 300, zero: 300, point: 250 } as const;

/** A longer row of digits is a code, a telephone or a card number: read one by one. */
const LONGEST_AMOUNT = 9;
const ZEROS = new Set("0٠۰०০੦૦୦௦౦೦൦๐０");

/** How long a number is when it is read aloud, in milliseconds at a common pace. Digits of every script; may hold separators. */
export function numberMs(number: string): number {
  const parts = number.split(/[.\u066b]/u);
  const last = parts.at(-1) ?? "";
  // "1,250" and "1.250" are one amount; "3.14" has a point.
  const isGrouped = parts.length > 1 && parts.slice(1).every((part) => [...part].length === 3);
  if (isGrouped || parts.length === 1) return amountMs(digitsOf(number));
  return parts.slice(0, -1).reduce((sum, part) => sum + amountMs(digitsOf(part)) + MS.point, 0) + rowMs(digitsOf(last));
}

function digitsOf(text: string): string[] {
  return [...text].filter((letter) => /\p{Nd}/u.test(letter));
}

function rowMs(digits: readonly string[]): number {
  return digits.length * MS.digit;
}

function amountMs(digits: readonly string[]): number {
  if (digits.length > LONGEST_AMOUNT || (digits.length > 1 && isZero(digits[0]))) return rowMs(digits);
  if (digits.every((digit) => isZero(digit))) return digits.length === 0 ? 0 : MS.zero;
  let total = 0;
  for (let end = digits.length; end > 0; end -= 3) {
    const group = groupMs(digits.slice(Math.max(0, end - 3), end));
    total += group + (group > 0 && end < digits.length ? MS.thousand : 0);
  }
  return total;
}

/** Up to three digits. */
function groupMs(digits: readonly string[]): number {
  const [unit, ten, hundred] = digits.toReversed();
  const hundredMs = isZero(hundred) ? 0 : MS.digit + MS.hundred;
  if (ten === "1") return hundredMs + MS.teen;
  return hundredMs + (isZero(ten) ? 0 : MS.tens) + (isZero(unit) ? 0 : MS.digit);
}

function isZero(digit: string | undefined): boolean {
  return digit === undefined || ZEROS.has(digit);
}

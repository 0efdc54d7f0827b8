import type { NumberParts } from "./number-token.ts";

/** How numbers and dates are written in a language. */
export interface NumberFormat {
  /** Matches a number without its sign, at the start of a text. */
  readonly number: string;
  readonly decimal: string;
  /** `8/9/2024` is the 9th of August. */
  readonly monthFirst: boolean;
  /** Names of months, in small letters, to their numbers. */
  readonly months: ReadonlyMap<string, number>;
}

/** What Unicode has for the groups of a number besides the signs of languages. */
const GROUP_BLANKS = "\u00A0\u202F\u2009";

/** The format of a language, as the runtime knows it; that of English where it does not. */
export function numberFormatOf(language: string): NumberFormat {
  const locale = supportedLocale(language);
  const parts = new Intl.NumberFormat(locale, { numberingSystem: "latn" }).formatToParts(1_234_567.8);
  const group = parts.find((part) => part.type === "group")?.value ?? ",";
  const decimal = parts.find((part) => part.type === "decimal")?.value ?? ".";
  const groups = `[${escaped(group)}${GROUP_BLANKS}${/\s/u.test(group) ? " " : ""}'’]`;
  return {
    number: `(?:\\d{1,3}(?:${groups}\\d{2,3})*${groups}\\d{3}|\\d+)(?:${escaped(decimal)}\\d+)?`,
    decimal,
    monthFirst: isMonthFirst(locale),
    months: monthsOf(locale),
  };
}

/** Takes a number apart that the pattern of the language has found. */
export function numberParts(written: string, sign: string, format: NumberFormat): NumberParts {
  if (/^\d+$/u.test(written)) return valued({ integer: written, fraction: "", sign });
  const at = written.lastIndexOf(format.decimal);
  const integer = (at < 0 ? written : written.slice(0, at)).replaceAll(/\D/gu, "");
  const fraction = at < 0 ? "" : written.slice(at + 1);
  return valued({ integer, fraction, sign });
}

function valued({ integer, fraction, sign }: { integer: string; fraction: string; sign: string }): NumberParts {
  const isNegative = sign === "-" || sign === "−";
  const value = Number(fraction === "" ? integer : `${integer}.${fraction}`);
  return { isNegative, integer, fraction, value: isNegative ? -value : value };
}

function supportedLocale(language: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(language)[0] ?? "en";
  } catch {
    // A tag that is none.
    return "en";
  }
}

function isMonthFirst(locale: string): boolean {
  const order = new Intl.DateTimeFormat(locale, { calendar: "gregory" }).formatToParts(0).flatMap(({ type }) => (type === "month" || type === "day" ? [type] : []));
  return order[0] === "month";
}

/** Names in both forms that a language has, alone and within a date. */
function monthsOf(locale: string): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  const formats = ([{ month: "long" }, { month: "long", day: "numeric" }, { month: "short", day: "numeric" }] as const).map(
    (options) => new Intl.DateTimeFormat(locale, { ...options, calendar: "gregory", timeZone: "UTC" }),
  );
  for (let month = 1; month <= 12; month += 1) {
    const date = new Date(Date.UTC(2024, month - 1, 15));
    for (const format of formats) {
      const name = format.formatToParts(date).find((part) => part.type === "month")?.value;
      if (name !== undefined && /^\p{L}{3,}\.?$/u.test(name)) names.set(name.toLowerCase().replace(/\.$/u, ""), month);
    }
  }
  return names;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\-]/gu, String.raw`\$&`);
}

/** A number as it is written, taken apart. */
export interface NumberParts {
  readonly isNegative: boolean;
  /** The digits before the decimal sign, without signs between groups. */
  readonly integer: string;
  /** The digits behind it; "" where there are none. */
  readonly fraction: string;
  readonly value: number;
}

interface TokenText {
  /** The token as it stands in the text. */
  readonly text: string;
}

/** A number, a share or a rank. */
export interface PlainNumberToken extends TokenText, NumberParts {
  readonly kind: "number" | "percent" | "ordinal";
}

/** An amount of money. */
export interface CurrencyToken extends TokenText, NumberParts {
  readonly kind: "currency";
  /** As it is written: a sign (`$`, `US$`, `€`) or an ISO 4217 code. */
  readonly currency: string;
  /** `k`, `m`, `bn`, `million` and the like; "" where there is none. */
  readonly scale: string;
}

/** A day. Its order of numbers follows the language where it is written in numbers only. */
export interface DateToken extends TokenText {
  readonly kind: "date";
  /** Undefined where it is not told. Two digits stay two digits. */
  readonly year: number | undefined;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** A time of day. */
export interface TimeToken extends TokenText {
  readonly kind: "time";
  readonly hour: number;
  readonly minute: number;
  readonly second: number | undefined;
  readonly period: "am" | "pm" | undefined;
}

/** What {@link speakNumbers} finds. */
export type NumberToken = PlainNumberToken | CurrencyToken | DateToken | TimeToken;

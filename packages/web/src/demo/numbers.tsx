import type { ReactElement } from "react";

/** A number that is watched, with its unit and what it means. */
export interface WatchedNumber {
  readonly name: string;
  /** Undefined: not known yet. */
  readonly value: string | undefined;
  readonly unit?: string | undefined;
  readonly hint?: string | undefined;
  /** "good" and "bad" have colours. */
  readonly mood?: "good" | "bad" | undefined;
}

/** Numbers side by side. */
export function Numbers({ numbers, isSmall }: { readonly numbers: readonly WatchedNumber[]; readonly isSmall?: boolean }): ReactElement {
  return (
    <dl className={isSmall === true ? "numbers small" : "numbers"}>
      {numbers.map(({ name, value, unit, hint, mood }) => (
        <div key={name} data-mood={mood}>
          <dt>{name}</dt>
          <dd>
            <span className="value">{value ?? "–"}</span>
            {value === undefined || unit === undefined ? null : <span className="unit">{unit}</span>}
            {hint === undefined ? null : <small>{hint}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Milliseconds as they are read: `84`, `1,240`. */
export function shownMs(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : Math.round(ms).toLocaleString("en");
}

/** Seconds with one digit behind the point. */
export function shownSeconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

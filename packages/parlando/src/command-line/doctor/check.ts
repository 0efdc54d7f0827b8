/** One thing that `parlando doctor` looked at. */
export interface Check {
  readonly name: string;
  /** `warning`: something is missing that others can do without. */
  readonly status: "ok" | "warning" | "failed";
  /** What was found. */
  readonly detail: string;
  /** Particulars, a line each. */
  readonly notes?: readonly string[] | undefined;
  /** What to do about it. */
  readonly fix?: string | undefined;
}

/** What an error says, for the detail of a check. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, " ");
}

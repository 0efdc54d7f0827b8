/** What came of one check. */
export interface CheckResult {
  name: string;
  /** "not-applicable": what is declared does not call for it. */
  status: "passed" | "failed" | "not-applicable";
  error?: unknown;
  durationMs: number;
}

/** The two functions of a test runner that a suite needs: those of vitest, `node:test` and others fit. */
export interface TestRunner {
  /** Groups what `body` declares. */
  describe(name: string, body: () => void): unknown;
  /** Declares one test. */
  it(name: string, body: (context?: unknown) => Promise<void>): unknown;
}

/** Tells the runner that a check does not apply, where it knows how to show that. */
export function showAsSkipped(context: unknown, reason: string): void {
  if (canSkip(context)) context.skip(reason);
}

/** In vitest the context is a function with properties. */
function canSkip(context: unknown): context is { skip(reason: string): unknown } {
  const holdsProperties = (typeof context === "object" && context !== null) || typeof context === "function";
  return holdsProperties && "skip" in context && typeof context.skip === "function";
}

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
  describe(name: string, body: () => void): unknown;
  it(name: string, body: (context?: unknown) => Promise<void>): unknown;
}

/** Tells the runner that a check does not apply, where it knows how to show that. */
export function showAsSkipped(context: unknown, reason: string): void {
  // In vitest the context is a function with properties.
  if (context === null || (typeof context !== "object" && typeof context !== "function")) return;
  if (!("skip" in context) || typeof context.skip !== "function") return;
  context.skip(reason);
}

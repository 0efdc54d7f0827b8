import type { LogEntry, LogRecord } from "./log-record.ts";

/** Hands records on with their time. A listener that throws is not the request's concern: what it threw is dropped. */
export function createLog(listener: ((record: LogRecord) => void) | undefined): (entry: LogEntry) => void {
  if (listener === undefined) return () => undefined;
  return (entry) => {
    try {
      listener({ time: new Date().toISOString(), ...entry });
    } catch {
      // See above.
    }
  };
}

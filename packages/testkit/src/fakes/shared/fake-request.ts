import type { FakeRequest } from "./fake-fault.ts";

/** What is known of a request when it comes. */
export interface FakeRequestStart {
  index: number;
  text: string;
  voice: string | undefined;
  parameters: Readonly<Record<string, unknown>>;
  /** Default: now. */
  startedAtMs?: number | undefined;
}

/** Begins the record of a request whose text came whole. */
export function createFakeRequest(start: FakeRequestStart): FakeRequest {
  const firstTextAtMs = performance.now();
  return { ...start, startedAtMs: start.startedAtMs ?? firstTextAtMs, state: "active", firstTextAtMs, firstAudioAtMs: undefined, endedAtMs: undefined, audioBytes: 0 };
}

/** Notes how a request ended. Only the first end counts. */
export function endRequest(seen: FakeRequest, state: Exclude<FakeRequest["state"], "active">): void {
  if (seen.state !== "active") return;
  seen.state = state;
  seen.endedAtMs = performance.now();
}

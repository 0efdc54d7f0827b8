import type { SynthesisRequest } from "@parlando/engine";

/** What became of one request, or of one segment of a session. Times are the clock's. */
export interface ScriptedRequest {
  readonly index: number;
  readonly request: SynthesisRequest;
  readonly text: string;
  /** "returned": the reader left before the end. */
  state: "active" | "finished" | "failed" | "aborted" | "returned";
  startedAtMs: number;
  firstAudioAtMs: number | undefined;
  endedAtMs: number | undefined;
  /** Audio handed out. */
  audioMs: number;
  /** Audio that the whole text makes. */
  totalMs: number;
}

/** All requests of an engine, in the order in which they were made. */
export interface RequestLog {
  readonly requests: readonly ScriptedRequest[];
  readonly active: number;
  readonly maxActive: number;
  start(request: SynthesisRequest, nowMs: number): ScriptedRequest;
  end(entry: ScriptedRequest, state: ScriptedRequest["state"], nowMs: number): void;
}

/** Makes an empty log. */
export function createRequestLog(): RequestLog {
  const requests: ScriptedRequest[] = [];
  let active = 0;
  let maxActive = 0;
  return {
    requests,
    get active() {
      return active;
    },
    get maxActive() {
      return maxActive;
    },
    start(request, nowMs) {
      const entry: ScriptedRequest = {
        index: requests.length,
        request,
        text: request.text,
        state: "active",
        startedAtMs: nowMs,
        firstAudioAtMs: undefined,
        endedAtMs: undefined,
        audioMs: 0,
        totalMs: 0,
      };
      requests.push(entry);
      active += 1;
      maxActive = Math.max(maxActive, active);
      return entry;
    },
    end(entry, state, nowMs) {
      if (entry.state !== "active") return;
      entry.state = state;
      entry.endedAtMs = nowMs;
      active -= 1;
    },
  };
}

import type { FakeRequest } from "../shared/fake-fault.ts";
import { endRequest } from "../shared/fake-request.ts";
import type { PollyExchange } from "./polly-exchange.ts";

/** An event that a client sent into the two-way stream. */
export interface FakePollyInputEvent {
  type: "TextEvent" | "CloseStreamEvent";
  /** When it came, by `performance.now()`. */
  atMs: number;
  text: string;
  textType: "text" | "ssml";
  /** `FlushStreamConfiguration.Force`. */
  flush: boolean;
}

/** What the fake of Polly has seen of one request for speech or marks. */
export interface FakePollyRequest extends FakeRequest {
  readonly operation: "SynthesizeSpeech" | "StartSpeechSynthesisStream";
  readonly protocol: "HTTP/2" | "HTTP/1.1";
  /** Of the two-way stream: what the client sent. */
  readonly inputEvents: readonly FakePollyInputEvent[];
}

/** Begins the record of a request, and ends it when the client goes away. */
export function recordRequest(
  exchange: PollyExchange,
  start: Pick<FakePollyRequest, "index" | "operation" | "text" | "voice" | "parameters">,
): FakePollyRequest & { inputEvents: FakePollyInputEvent[] } {
  const startedAtMs = performance.now();
  const seen: FakePollyRequest & { inputEvents: FakePollyInputEvent[] } = {
    ...start,
    protocol: exchange.protocol,
    inputEvents: [],
    startedAtMs,
    state: "active",
    firstTextAtMs: start.text === "" ? undefined : startedAtMs,
    firstAudioAtMs: undefined,
    endedAtMs: undefined,
    audioBytes: 0,
  };
  const callOff = (): void => endRequest(seen, "called-off");
  if (exchange.calledOff.aborted) callOff();
  else exchange.calledOff.addEventListener("abort", callOff, { once: true });
  return seen;
}

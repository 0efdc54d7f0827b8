import { check } from "../../fail.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import type { FakeElevenLabsEndpoint, FakeElevenLabsRequest, FakeElevenLabsSettings } from "./fake-elevenlabs-options.ts";
import { refusalNames } from "./provider-errors.ts";

/** What all routes and sockets of one fake share. */
export interface FakeElevenLabsState {
  readonly settings: FakeElevenLabsSettings;
  readonly requests: FakeElevenLabsRequest[];
  readonly calls: string[];
  /** Texts begun, listed or not: the next one's `index`. */
  begun: number;
  /** Generations that make audio now. */
  generating: number;
  closing: boolean;
  /** For what went wrong where nobody waits. */
  report(error: unknown): void;
}

/** A request whose record the fake fills in as it learns more. */
export type OpenRequest = { -readonly [Key in keyof FakeElevenLabsRequest]: FakeElevenLabsRequest[Key] };

/** What is known of a request when it begins. */
export interface RequestStart {
  endpoint: FakeElevenLabsEndpoint;
  voice: string | undefined;
  parameters: Record<string, unknown>;
  socket?: number | undefined;
  contextId?: string | undefined;
}

/** Begins a record. It is not listed until {@link listRequest}. */
export function beginRequest(state: FakeElevenLabsState, start: RequestStart): OpenRequest {
  const index = state.begun;
  state.begun += 1;
  return {
    index,
    text: "",
    voice: start.voice,
    parameters: start.parameters,
    startedAtMs: performance.now(),
    state: "active",
    firstTextAtMs: undefined,
    firstAudioAtMs: undefined,
    endedAtMs: undefined,
    audioBytes: 0,
    endpoint: start.endpoint,
    requestId: `fake-${index}`,
    socket: start.socket,
    contextId: start.contextId,
    keepAlives: 0,
    flushes: 0,
    generations: [],
    endAskedAtMs: undefined,
  };
}

/** Lists a request among those for speech, once. */
export function listRequest(state: FakeElevenLabsState, seen: OpenRequest): void {
  if (!state.requests.includes(seen)) state.requests.push(seen);
}

/** Takes text into the record. */
export function noteText(seen: OpenRequest, text: string): void {
  seen.firstTextAtMs ??= performance.now();
  seen.text += text;
}

const markNames = ["alignment-null", "audio-null", "unknown-message"];
const socketNames = ["foreign-context", "context-error", "late-audio", "drop", "input_timeout_exceeded"];

/** Asks the test for the fault of a request, and refuses what the protocol has no such thing as. */
export function chooseFault({ settings }: FakeElevenLabsState, seen: OpenRequest): FakeFault | undefined {
  const fault = settings.fault?.(seen, seen.index);
  if (fault?.kind !== "vendor") return fault;
  const overSocket = seen.endpoint.endsWith("input");
  const known = [...refusalNames, ...markNames, ...(overSocket ? socketNames : [])];
  check(known.includes(fault.name), `The fake ElevenLabs was asked for the fault "${fault.name}" over ${seen.endpoint}; expected one of ${known.join(", ")}.`);
  return fault;
}

/** Whether one more generation may begin. */
export function hasRoom({ settings, generating }: FakeElevenLabsState): boolean {
  return generating < (settings.maxConcurrentRequests ?? Infinity);
}

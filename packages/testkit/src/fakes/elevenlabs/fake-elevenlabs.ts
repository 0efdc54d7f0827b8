import { createFakeSocketServer } from "../shared/fake-socket-server.ts";
import { fillSettings, type FakeElevenLabs, type FakeElevenLabsOptions } from "./fake-elevenlabs-options.ts";
import { handleHttp } from "./http-routes.ts";
import { serveMultiStreamInput } from "./multi-stream-input.ts";
import type { FakeElevenLabsState } from "./shared-state.ts";
import { createSocketDoor } from "./socket-opening.ts";
import { serveStreamInput } from "./stream-input.ts";

/**
 * Opens a loopback server that speaks as ElevenLabs does: text to speech over HTTP (whole, streamed, with timestamps), over the `stream-input`
 * and `multi-stream-input` sockets, voices, models, the user. Written from the provider's specification and from issues of its clients,
 * never run against the service; what is unverified or contradictory is an option, and says so.
 *
 * - Formats: `pcm_*`, `ulaw_8000`, `alaw_8000`; others, also the default mp3, are refused with 400.
 * - A socket's or an HTTP request's text is one entry of `requests`, a context's too; a socket over which no text came is none, but takes
 *   an index: the fault is chosen when it opens.
 * - `firstAudioMs` and `realTimeFactor` begin anew with each generation of a socket: with each flush, each time that enough text waited.
 * - `afterBytes` counts all audio of a request. On a socket "status" and "wrong-body" answer the handshake, "cut" breaks off inside a
 *   message, "reset" closes with `code` (1011 where none is given), "early-end" with 1000 and no final message,
 *   "no-answer" opens and says nothing.
 * - Vendor faults, all three ways: "too_many_concurrent_requests", "system_busy", "quota_exceeded", "invalid_api_key", "needs_authorization",
 *   "voice_not_found", "voice_id_does_not_exist", "model_not_found", "max_character_limit_exceeded", "only_for_creator+",
 *   "detected_unusual_activity", "unsupported_output_format", "validation" (HTTP: a status and a JSON body; sockets: after `afterBytes`, a message
 *   with `error` and a close with 1008); "alignment-null" (no alignment at all), "audio-null" (one message without audio),
 *   "unknown-message". Over HTTP the last three show with timestamps only.
 * - Vendor faults of sockets: "drop" (no close: 1006 at the client), "input_timeout_exceeded", "foreign-context" (audio of a context that
 *   is none), "context-error" (an error message that leaves the socket open), "late-audio" (audio after the final message; `stream-input`
 *   closes right after it, so only contexts show it).
 *
 * @example
 * ```ts
 * const fake = await createFakeElevenLabs({ fault: (_request, index) => (index === 0 ? { kind: "cut", afterBytes: 4801 } : undefined) });
 * const client = new ElevenLabsClient({ apiKey: "any", baseUrl: fake.url });
 * await fake.close();
 * ```
 */
export async function createFakeElevenLabs(options: FakeElevenLabsOptions = {}): Promise<FakeElevenLabs> {
  const failures: unknown[] = [];
  const state: FakeElevenLabsState = {
    settings: fillSettings(options),
    requests: [],
    calls: [],
    begun: 0,
    generating: 0,
    closing: false,
    report: (error) => void failures.push(error),
  };
  const door = createSocketDoor(state, { "stream-input": serveStreamInput, "multi-stream-input": serveMultiStreamInput });
  const server = await createFakeSocketServer({ port: options.port, handle: (exchange) => handleHttp(state, exchange), ...door });
  return {
    url: server.url,
    socketUrl: server.url.replace("http:", "ws:"),
    port: server.port,
    requests: state.requests,
    calls: state.calls,
    get openConnections() {
      return server.openConnections;
    },
    get connections() {
      return server.connections;
    },
    async close() {
      state.closing = true;
      await server.close();
      if (failures.length > 0) throw failures[0];
    },
  };
}

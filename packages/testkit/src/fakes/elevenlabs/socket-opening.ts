import type { FakeFault } from "../shared/fake-fault.ts";
import { endRequest } from "../shared/fake-request.ts";
import type { FakeSocket, SocketHandler, SocketHandshake, SocketRefusal } from "../shared/fake-socket-server.ts";
import { answerInstead } from "./http-speech.ts";
import { refuseKey, refuseVoiceAndModel } from "./http-routes.ts";
import { readOutputFormat, type OutputFormat } from "./output-format.ts";
import { refusalBody, socketRefusal, type SocketRefusalMessage } from "./provider-errors.ts";
import { beginRequest, chooseFault, listRequest, type FakeElevenLabsState, type OpenRequest } from "./shared-state.ts";
import { refuseSocket } from "./socket-faults.ts";
import { defaultSchedule } from "./text-buffer.ts";

/** What a handshake asked for. */
export interface SocketOpening {
  endpoint: "stream-input" | "multi-stream-input";
  voice: string;
  query: Readonly<Record<string, string>>;
  /** The first text's record, and its fault. */
  first: { seen: OpenRequest; fault: FakeFault | undefined };
}

/** An open socket of either kind, as the protocols see it. */
export interface OpenSocket {
  state: FakeElevenLabsState;
  socket: FakeSocket;
  opening: SocketOpening;
}

const socketPath = /^\/v1\/text-to-speech\/([^/]+)\/(stream-input|multi-stream-input)$/u;

/** Remembers what handshakes asked for until their sockets open. */
export interface SocketDoor {
  refuse(handshake: SocketHandshake): SocketRefusal | undefined;
  accept(socket: FakeSocket): SocketHandler;
}

/** Lets handshakes in, or plays the faults that stand in place of one. The model of sockets is `eleven_flash_v2_5` where they name none. */
export function createSocketDoor(state: FakeElevenLabsState, protocols: Readonly<Record<SocketOpening["endpoint"], (open: OpenSocket) => SocketHandler>>): SocketDoor {
  const openings = new WeakMap<SocketHandshake, SocketOpening>();
  return {
    refuse(handshake) {
      const match = socketPath.exec(handshake.path);
      if (match === null) return { status: 403, body: refusalBody("invalid_api_key").body };
      const endpoint = match[2] === "stream-input" ? "stream-input" : "multi-stream-input";
      const query = Object.fromEntries(handshake.query);
      const voice = decodeURIComponent(match[1] ?? "");
      const seen = beginRequest(state, { endpoint, voice, parameters: { ...query } });
      const fault = chooseFault(state, seen);
      openings.set(handshake, { endpoint, voice, query, first: { seen, fault } });
      const instead = fault?.kind === "status" || fault?.kind === "wrong-body" ? answerInstead(fault) : undefined;
      if (instead === undefined) return undefined;
      listRequest(state, seen);
      endRequest(seen, "failed");
      return { headers: { "Content-Type": "application/json" }, ...instead };
    },
    accept(socket) {
      const opening = openings.get(socket.handshake);
      if (opening !== undefined) return protocols[opening.endpoint]({ state, socket, opening });
      return { message: () => {}, closed: () => {} };
    },
  };
}

/** Looks at the first message of a socket. Gives the format to speak in; undefined: the socket is being closed with the reason. */
export function checkFirstMessage({ state, socket, opening }: OpenSocket, message: Readonly<Record<string, unknown>>): OutputFormat | undefined {
  const { seen } = opening.first;
  const key = socket.handshake.headers["xi-api-key"] ?? message["xi-api-key"] ?? message["xi_api_key"];
  const format = readOutputFormat(opening.query["output_format"] ?? "mp3_44100_128");
  const name = refuseKey(state.settings.key, key) ?? refuseVoiceAndModel(state, seen, "eleven_flash_v2_5");
  if (name === undefined && format !== undefined) return format;
  listRequest(state, seen);
  endRequest(seen, "failed");
  refuseSocket(socket, socketRefusal(name ?? "unsupported_output_format")).catch(state.report);
  return undefined;
}

/** The schedule by which text waits; undefined: it does not. */
export function readSchedule({ query }: SocketOpening, message: Readonly<Record<string, unknown>>): readonly number[] | undefined | "invalid" {
  if (query["auto_mode"] === "true") return undefined;
  const { generation_config: config } = message as { generation_config?: { chunk_length_schedule?: unknown } };
  const schedule = config?.chunk_length_schedule;
  if (schedule === undefined) return defaultSchedule;
  const valid = Array.isArray(schedule) && schedule.length > 0 && schedule.every((item) => typeof item === "number" && item >= 50 && item <= 500);
  return valid ? (schedule as number[]) : "invalid";
}

/** What the client sent beside text goes into the record, without its key. */
export function noteParameters(seen: OpenRequest, message: Readonly<Record<string, unknown>>): void {
  const { text: _text, context_id: _context, "xi-api-key": _key, xi_api_key: _otherKey, authorization: _token, ...rest } = message;
  seen.parameters = { ...seen.parameters, ...rest };
}

/** The provider's words for what it cannot read. */
export const unreadable: SocketRefusalMessage = socketRefusal("invalid_input_message", "Could not parse input message, make sure it is a json and follows the schema outlined in protocol.");

import { closeCodes, type CloseCode } from "@parlando/protocol";
import type { WebSocket } from "ws";
import { StalledError } from "../audio/stalled-error.ts";
import { Problem } from "../problem/problem.ts";
import type { RequestScope } from "../route/request-scope.ts";
import type { ServerServices } from "../services.ts";
import { assertText } from "../speech/assert-text.ts";
import { speakInChunks } from "./chunk-speech.ts";
import { closeSocket } from "./close-socket.ts";
import { goingDownCode } from "./going-down.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { SocketRoute } from "./socket-route.ts";
import { textOf } from "./text-of.ts";
import { parseChunkRequest, type SpeakRequest } from "./tts-chunk-messages.ts";
import { createUtteranceScope, type UtteranceScope } from "./utterance-scope.ts";
import { watchSocket } from "./watch-socket.ts";
import { shutdownError, wireErrorOf } from "./wire-error.ts";

/**
 * The dialect of chunks in JSON: the client says `speak` and gets `tts_chunk` (base64) until `tts_done`; `interrupt` ends it. For clients that were written for it: it
 * has no credits, no marks, and a third more bytes. See `docs/guide/serving-protocol.md`.
 */
export const ttsChunkRoute: SocketRoute = {
  name: "tts-chunk",
  path: "/ws/tts",
  summary: "Speaks whole texts over a WebSocket, in chunks of encoded audio as JSON and base64. For clients of that dialect; new ones take /v1/audio/speech/stream.",
  protocols: [],
  serve: (socket, scope, services) => new ChunkSocket(socket, scope, services).closed,
};

/** One connection: its texts are spoken one after another. */
class ChunkSocket {
  /** Resolves when the socket has closed. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #scope: RequestScope;
  readonly #services: ServerServices;
  readonly #outbox: Outbox;
  readonly #line: SpeakRequest[] = [];
  #speaking: UtteranceScope | undefined;
  #activeAtMs: number;
  #isClosing = false;
  readonly #onDrain = (): void => this.#endWhenIdle();
  readonly #onAbort = (): void => this.#close(goingDownCode(this.#services.draining), "the server is going down");

  constructor(socket: WebSocket, scope: RequestScope, services: ServerServices) {
    this.#socket = socket;
    this.#scope = scope;
    this.#services = services;
    this.#outbox = createOutbox(socket, services.clock);
    this.#activeAtMs = services.clock.now();
    const closed = new AbortController();
    this.closed = new Promise<void>((resolve) => {
      socket.once("close", () => {
        closed.abort();
        this.#isClosing = true;
        this.#line.length = 0;
        services.draining.removeEventListener("abort", this.#onDrain);
        scope.signal.removeEventListener("abort", this.#onAbort);
        resolve();
      });
    });
    socket.on("error", () => undefined);
    socket.on("message", (data, isBinary) => this.#receive(textOf(data), isBinary));
    services.draining.addEventListener("abort", this.#onDrain, { once: true });
    scope.signal.addEventListener("abort", this.#onAbort, { once: true });
    void watchSocket({ socket, clock: services.clock, shortestMs: services.limits.socketIdleMs, signal: closed.signal, onTick: () => this.#tick() });
    this.#endWhenIdle();
  }

  #receive(json: string, isBinary: boolean): void {
    if (this.#isClosing) return;
    this.#activeAtMs = this.#services.clock.now();
    if (isBinary) return this.#close(closeCodes.unsupportedData, "clients send no audio");
    try {
      const request = parseChunkRequest(json);
      if (request.event === "interrupt") this.#interrupt();
      else this.#speak(request.data);
    } catch (error) {
      this.#tellError(error);
    }
  }

  #speak(request: SpeakRequest): void {
    const { limits, draining } = this.#services;
    if (draining.aborted) return this.#send("tts_error", { error: shutdownError.message });
    assertText(request.text, limits.utteranceCharacters, "text");
    if (this.#line.length + 1 > limits.utterancesPerSocket) throw new Problem(429, "too_many_concurrent_requests", `Speaking a text: ${limits.utterancesPerSocket} wait on this connection already. Wait for tts_done.`);
    this.#services.rate.take(this.#scope.caller.id);
    this.#line.push(request);
    if (this.#speaking === undefined) void this.#work();
  }

  /** What is spoken ends, with `tts_done` and `interrupted`; what waits is forgotten. */
  #interrupt(): void {
    this.#line.length = 0;
    this.#speaking?.abort();
  }

  /** Speaks what is in line, one after another. */
  async #work(): Promise<void> {
    for (let request = this.#line.shift(); request !== undefined; request = this.#line.shift()) {
      const scope = createUtteranceScope(this.#scope);
      this.#speaking = scope;
      await this.#speakOne(request, scope);
      scope.release();
      this.#speaking = undefined;
      this.#activeAtMs = this.#services.clock.now();
    }
    if (this.#services.draining.aborted) this.#endWhenIdle();
  }

  async #speakOne(request: SpeakRequest, scope: UtteranceScope): Promise<void> {
    let chunks = 0;
    const send = (bytes: Uint8Array, format: string): void => {
      if (scope.signal.aborted) return;
      this.#send("tts_chunk", { audio_chunk: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"), chunk_index: chunks, format });
      chunks += 1;
    };
    try {
      await speakInChunks({ request, scope, services: this.#services, outbox: this.#outbox, send });
      this.#send("tts_done", { total_chunks: chunks, ...(scope.signal.aborted && { interrupted: true }) });
    } catch (error) {
      if (scope.signal.aborted && scope.endedBy() === undefined) return this.#send("tts_done", { total_chunks: chunks, interrupted: true });
      this.#tellError(error);
      if (error instanceof StalledError) this.#close(closeCodes.slowConsumer, "slow consumer");
    }
  }

  #tick(): void {
    const { clock, limits } = this.#services;
    if (this.#speaking === undefined && clock.now() - this.#activeAtMs >= limits.socketIdleMs) this.#close(closeCodes.idle, "idle");
  }

  #endWhenIdle(): void {
    if (this.#services.draining.aborted && this.#speaking === undefined) this.#close(goingDownCode(this.#services.draining), "the server is going down");
  }

  #tellError(error: unknown): void {
    const { message } = this.#scope.endedBy() === "shutdown" ? shutdownError : wireErrorOf(error);
    this.#send("tts_error", { error: message });
  }

  #close(code: CloseCode, reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#line.length = 0;
    if (this.#speaking !== undefined && this.#scope.endedBy() === "shutdown") this.#tellError(undefined);
    closeSocket(this.#socket, code, reason, this.#services.clock);
    this.#speaking?.abort();
  }

  #send(event: string, data: object): void {
    this.#outbox.text(JSON.stringify({ event, data }));
  }
}

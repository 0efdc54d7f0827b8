/**
 * What goes wrong in one request to a fake provider. `afterBytes` counts bytes of audio as the client reads it (decoded from base64 or frames);
 * what lies before that is sent. Each kind is a behaviour that was seen in the wild; a fake refuses a kind that its protocol cannot show.
 *
 * - `cut`: the connection breaks (TCP reset) after so many bytes, inside a chunk or frame.
 * - `reset`: only this request is reset: RST_STREAM on HTTP/2, a reset of the connection elsewhere, a close with `code` on a WebSocket.
 * - `early-end`: the body, or the connection, ends as if all were well.
 * - `stall`: nothing comes any more; the connection stays open.
 * - `drip`: one byte of the body (or one message with one byte of audio) at a time.
 * - `no-answer`: the request is read and never answered.
 * - `status`: an answer that refuses, as the provider words it; on a WebSocket the handshake is refused.
 * - `wrong-body`: status 200 with something else in place of audio.
 * - `empty`: a good answer without a byte of audio.
 * - `malformed`: one event, line or frame in the middle cannot be read.
 * - `no-end-marker`: all audio comes, but not what tells the end; the connection stays open.
 * - `vendor`: one of the provider's own, by name; each fake documents its names.
 */
export type FakeFault =
  | { kind: "cut"; afterBytes: number }
  | { kind: "reset"; afterBytes: number; code?: number | undefined }
  | { kind: "early-end"; afterBytes: number }
  | { kind: "stall"; afterBytes: number }
  | { kind: "drip"; everyMs: number }
  | { kind: "no-answer" }
  | { kind: "status"; status: number; headers?: Readonly<Record<string, string>> | undefined; body?: string | undefined }
  | { kind: "wrong-body"; content: "json" | "html" | "sse-error" }
  | { kind: "empty" }
  | { kind: "malformed"; afterBytes: number }
  | { kind: "no-end-marker" }
  | { kind: "vendor"; name: string; afterBytes?: number | undefined };

/** Chooses the fault of a request; undefined: all goes well. `index` counts the fake's requests for speech from 0. */
export type ChooseFakeFault = (request: FakeRequest, index: number) => FakeFault | undefined;

/** What a fake has seen of one request for speech. Times are of `performance.now()`, in milliseconds. */
export interface FakeRequest {
  readonly index: number;
  /** The text (or SSML) as it came; for incremental input, what came so far. */
  text: string;
  voice: string | undefined;
  /** Everything else that the client asked for, as the protocol names it. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly startedAtMs: number;
  /** "called-off": the client reset, closed or cancelled before the end. "failed": a fault ended it. */
  state: "active" | "finished" | "failed" | "called-off";
  /** When the first byte of text came. */
  firstTextAtMs: number | undefined;
  firstAudioAtMs: number | undefined;
  endedAtMs: number | undefined;
  /** Bytes of audio given to the socket so far. */
  audioBytes: number;
}

/** What every fake provider takes. */
export interface FakeOptions {
  /** Default 0: any free port. */
  port?: number | undefined;
  /** The key (or secret) that is accepted; others are refused as the provider does. Default: any that is not empty. */
  key?: string | undefined;
  fault?: ChooseFakeFault | undefined;
  /** How words become audio, as for the scripted engine. Default "exact", in which a lost, doubled or moved sample shows. */
  encoding?: "tones" | "exact" | undefined;
  /** Default 1000 / 15. */
  msPerCharacter?: number | undefined;
  /** Before the first audio. Default 0. */
  firstAudioMs?: number | undefined;
  /** Time to make audio, by its length. Default 0: as fast as the client reads. */
  realTimeFactor?: number | undefined;
  /** Audio in one chunk, frame or event. Default 100. */
  blockMs?: number | undefined;
  /** Audio is cut at any byte instead, drawn from a seed, 1-byte pieces included. */
  raggedSeed?: number | undefined;
}

/** What every fake provider is. */
export interface FakeServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Requests for speech, in order. */
  readonly requests: readonly FakeRequest[];
  /** Connections open now, and all that there were. */
  readonly openConnections: number;
  readonly connections: number;
  /** Ends every connection and stops listening. May be called twice. */
  close(): Promise<void>;
}

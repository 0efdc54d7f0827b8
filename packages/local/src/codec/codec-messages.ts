import type { ProcessFailure } from "../runtime/protocol.ts";
import type { Device } from "../runtime/device.ts";
import type { CodecGeometry } from "./codec.ts";

/** What the codec's thread loads. */
export interface CodecSpec {
  /** The ONNX runtime's module: its name, or the URL of its file. */
  readonly module: string;
  /** Absolute: the decoder's `.onnx`. */
  readonly path: string;
  readonly device: Device;
  readonly threads: number | undefined;
}

/** A window that was decoded: so many codes took so long. */
export interface DecodedWindow {
  readonly codes: number;
  readonly decodeMs: number;
}

/** To the codec's thread. `open` comes first and once; requests are answered one after the other. */
export type CodecRequest =
  | { readonly type: "open"; readonly spec: CodecSpec }
  | { readonly type: "decode"; readonly id: number; readonly codes: Int32Array }
  | { readonly type: "close" };

/** From the codec's thread. Exactly one answer for each id; a failure without an id is that of `open`. */
export type CodecReply =
  | { readonly type: "ready"; readonly geometry: CodecGeometry; readonly probed: readonly DecodedWindow[] }
  | { readonly type: "decoded"; readonly id: number; readonly samples: Float32Array; readonly decodeMs: number }
  | { readonly type: "failed"; readonly id: number | undefined; readonly failure: ProcessFailure };

/** The thread's end of its line. */
export interface CodecPort {
  post(reply: CodecReply, transfer?: readonly ArrayBuffer[]): void;
  onRequest(listener: (request: CodecRequest) => void): void;
  /** After this, the thread has nothing to live for. */
  close(): void;
}

/** The other end: what a client does with a thread. */
export interface CodecThread {
  post(request: CodecRequest): void;
  /** One listener. */
  onReply(listener: (reply: CodecReply) => void): void;
  /** Told once: why the thread is gone. */
  onEnd(listener: (reason: string) => void): void;
  /** Whether it keeps its process alive. */
  setBusy(busy: boolean): void;
  /** Ends it, in the middle of a window if need be. Twice is no harm. */
  kill(): void;
}

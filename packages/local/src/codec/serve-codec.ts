import { TTSError } from "@parlando/engine";
import { toFailure } from "../runtime/failure.ts";
import type { CodecPort, CodecRequest, CodecSpec, DecodedWindow } from "./codec-messages.ts";
import type { WindowCodec } from "./codec.ts";

/** Loads a codec; `onDecoded` is told of each window, also while it is probed. */
export type OpenCodec = (spec: CodecSpec, onDecoded: (codes: number, decodeMs: number) => void) => Promise<WindowCodec>;

/** Answers requests for windows on `port`, one after the other, until it is closed. */
export function serveCodec(port: CodecPort, openCodec: OpenCodec): void {
  const never = new AbortController().signal;
  let codec: WindowCodec | undefined;
  let last: DecodedWindow = { codes: 0, decodeMs: 0 };
  const probed: DecodedWindow[] = [];

  const open = async (spec: CodecSpec): Promise<void> => {
    try {
      codec = await openCodec(spec, (codes, decodeMs) => {
        last = { codes, decodeMs };
        if (codec === undefined) probed.push(last);
      });
      // The first one also pays for what the runtime sets up once.
      port.post({ type: "ready", geometry: codec.geometry, probed: probed.slice(1) });
    } catch (error) {
      port.post({ type: "failed", id: undefined, failure: toFailure(error, { doing: "Loading the codec" }) });
    }
  };

  const decode = async (id: number, codes: Int32Array): Promise<void> => {
    try {
      if (codec === undefined) throw new TTSError("INTERNAL", "Decoding speech codes: no codec is loaded in this thread. Please report this.");
      const samples = await codec.decode(codes, never);
      const { buffer } = samples;
      port.post({ type: "decoded", id, samples, decodeMs: last.decodeMs }, buffer instanceof ArrayBuffer && buffer.byteLength === samples.byteLength ? [buffer] : []);
    } catch (error) {
      port.post({ type: "failed", id, failure: toFailure(error, { doing: "Decoding speech codes" }) });
    }
  };

  const close = async (): Promise<void> => {
    // What cannot be freed goes with the thread.
    await codec?.close().catch(() => undefined);
    port.close();
  };

  const answer = (request: CodecRequest): Promise<void> => {
    if (request.type === "open") return open(request.spec);
    return request.type === "decode" ? decode(request.id, request.codes) : close();
  };
  let turn: Promise<void> = Promise.resolve();
  port.onRequest((request) => {
    turn = turn.then(() => answer(request));
  });
}

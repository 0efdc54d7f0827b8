import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { knownSound, writeKnownCodec } from "../testing/known-codec.ts";
import { inFolder } from "../testing/test-runtimes.test-helper.ts";
import { createCodecClient, type CodecClientOptions } from "./codec-client.ts";
import type { WindowCodec } from "./codec.ts";
import type { CodecPort, CodecReply, CodecRequest, CodecThread, DecodedWindow } from "./codec-messages.ts";
import { never, randomCodes } from "./codec.test-helper.ts";
import { serveCodec, type OpenCodec } from "./serve-codec.ts";
import { createScriptedCodec } from "../testing/scripted-codec.ts";
import { buildThread, type BuiltThread } from "./thread.test-helper.ts";

let built: BuiltThread;
const startBuilt = (): CodecThread => built.start();

beforeAll(async () => {
  built = await buildThread();
});
afterAll(() => built.remove());

const spec = { module: "onnxruntime-node", device: "cpu", threads: 1 } as const;

/** What a decoder in NeuCodec's ONNX form gives. */
const trimmedSound = (codes: Int32Array): Float32Array => knownSound(codes).slice(240, -240);

async function withThread<T>(options: Partial<CodecClientOptions>, use: (codec: WindowCodec) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    const path = join(folder, "codec.onnx");
    await writeKnownCodec(path);
    const codec = await createCodecClient({ ...spec, path, startThread: startBuilt, ...options });
    try {
      return await use(codec);
    } finally {
      await codec.close();
      await codec.close();
    }
  });
}

/** A runtime where a window that begins with 13 ends the thread, and one that begins with 14 holds it for half a minute. */
const blockingRuntime = (): { module: string } => {
  const script = `
    class Tensor { constructor(type, data, dims) { Object.assign(this, { type, data, dims }); } dispose() {} }
    const metadata = (name, type) => [{ name, isTensor: true, type, shape: [1, 1, "n"] }];
    const run = async ({ codes }) => {
      if (codes.data[0] === 13) setImmediate(() => { throw new Error("the decoder broke"); });
      if (codes.data[0] === 13) await new Promise(() => {});
      if (codes.data[0] === 14) for (const end = Date.now() + 30_000; Date.now() < end; );
      return { audio: new Tensor("float32", new Float32Array(codes.data.length * 480).fill(codes.data[0]), []) };
    };
    export const InferenceSession = { create: async () => ({ inputMetadata: metadata("codes", "int32"), outputMetadata: metadata("audio", "float32"), run, release: async () => {} }) };
    export { Tensor };
  `;
  return { module: `data:text/javascript,${encodeURIComponent(script)}` };
};

describe("a codec in a thread of its own", () => {
  it("decodes as it would here, and tells how long windows took, those of the probe too", async () => {
    const windows: DecodedWindow[] = [];
    await withThread({ onDecoded: (window) => windows.push(window) }, async (codec) => {
      expect(codec).toMatchObject({ kind: "window", device: "cpu", geometry: { samplesPerCode: 480, leadSamples: 240, missingSamples: 480 } });
      const probed = windows.length;
      expect(probed).toBeGreaterThan(3);
      const codes = randomCodes(40);
      expect(await codec.decode(codes, never)).toEqual(trimmedSound(codes));
      expect(codes).toEqual(randomCodes(40));
      expect(windows.slice(probed)).toMatchObject([{ codes: 40 }]);
    });
  });

  it("leaves this thread free while a window is decoded, and drops one that is called off at once", async () => {
    await withThread({ ...blockingRuntime(), closeMs: 50 }, async (codec) => {
      const controller = new AbortController();
      // This window holds its thread for half a minute: who waits for it, or shares its thread, fails here by the time limit.
      const long = codec.decode(Int32Array.of(14, 1), controller.signal);
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
      controller.abort();
      await expect(long).rejects.toMatchObject({ code: "ABORTED" });
    });
  }, 20_000);

  it("fails with SERVICE when the thread ends by itself, and works again with a new one", async () => {
    let started = 0;
    const startThread = (): CodecThread => {
      started += 1;
      return startBuilt();
    };
    await withThread({ ...blockingRuntime(), startThread }, async (codec) => {
      const asked = [Int32Array.of(13), Int32Array.of(5)].map((codes) => codec.decode(codes, never));
      await expect(asked[0]).rejects.toMatchObject({ code: "SERVICE", retryable: true, message: expect.stringContaining("the decoder broke") as string });
      expect(await asked[1]).toEqual(new Float32Array(480).fill(5));
      expect(started).toBe(2);
    });
  });

  it("tells why a codec does not load", async () => {
    await inFolder(async (folder) => {
      const missing = createCodecClient({ ...spec, path: join(folder, "codec.onnx"), startThread: startBuilt });
      await expect(missing).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
      const noRuntime = createCodecClient({ ...spec, module: "a-runtime-that-is-not-there", path: folder, startThread: startBuilt });
      await expect(noRuntime).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
    });
  });

  it("does not open when it is called off before or meanwhile", async () => {
    const open = (signal: AbortSignal): Promise<WindowCodec> => createCodecClient({ ...spec, path: "codec.onnx", startThread: startBuilt, signal });
    await expect(open(AbortSignal.abort())).rejects.toMatchObject({ code: "ABORTED" });
    const controller = new AbortController();
    const opened = open(controller.signal);
    controller.abort();
    await expect(opened).rejects.toMatchObject({ code: "ABORTED" });
  });
});

/** A line to a server in this thread, so that what crosses it can be seen. Messages are cloned and come later, as between threads. */
function localThread(openCodec: OpenCodec): CodecThread & { readonly requests: CodecRequest[]; end(reason: string): void; killed: boolean } {
  const requests: CodecRequest[] = [];
  let toThread: (request: CodecRequest) => void = () => {};
  let toClient: (reply: CodecReply) => void = () => {};
  let onEnd: (reason: string) => void = () => {};
  const port: CodecPort = {
    post: (reply, transfer = []) => {
      const cloned = structuredClone(reply, { transfer: [...transfer] });
      setImmediate(() => toClient(cloned));
    },
    onRequest: (listener) => (toThread = listener),
    close: () => setImmediate(() => onEnd("closed")),
  };
  serveCodec(port, openCodec);
  return {
    requests,
    killed: false,
    post(request) {
      requests.push(request);
      const cloned = structuredClone(request);
      setImmediate(() => toThread(cloned));
    },
    onReply: (listener) => (toClient = listener),
    onEnd: (listener) => (onEnd = listener),
    setBusy: () => {},
    kill() {
      this.killed = true;
      setImmediate(() => onEnd("killed"));
    },
    end: (reason) => onEnd(reason),
  };
}

const local = async (codec: WindowCodec, options: Partial<CodecClientOptions> = {}): Promise<{ client: WindowCodec; thread: ReturnType<typeof localThread> }> => {
  const thread = localThread(() => Promise.resolve(codec));
  const client = await createCodecClient({ ...spec, path: "codec.onnx", startThread: () => thread, ...options });
  return { client, thread };
};

describe("the line to the codec's thread", () => {
  it("has one window on it at a time, and never one that was called off while it waited", async () => {
    const scripted = createScriptedCodec();
    const { client, thread } = await local(scripted);
    const controller = new AbortController();
    const first = client.decode(randomCodes(10), never);
    const second = client.decode(randomCodes(11), controller.signal);
    const third = client.decode(randomCodes(12), never);
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: "ABORTED" });
    expect((await Promise.all([first, third])).map(({ length }) => length / 480)).toEqual([9, 11]);
    expect(scripted.windows).toEqual([10, 12]);
    await expect(client.decode(randomCodes(1), AbortSignal.abort())).rejects.toMatchObject({ code: "ABORTED" });
    expect(thread.requests.map(({ type }) => type)).toEqual(["open", "decode", "decode"]);
    await client.close();
  });

  it("fails what is under way and what waits when it is closed, and ends a thread that does not end by itself", async () => {
    const stuck: WindowCodec = { ...createScriptedCodec(), decode: () => new Promise(() => {}) };
    const { client, thread } = await local(stuck, { closeMs: 5 });
    const asked = [client.decode(randomCodes(10), never), client.decode(randomCodes(11), never)];
    const answers = Promise.allSettled(asked);
    await Promise.all([client.close(), client.close()]);
    expect(thread.killed).toBe(true);
    for (const answer of await answers) expect(answer).toMatchObject({ status: "rejected", reason: { code: "ABORTED" } });
    await expect(client.decode(randomCodes(1), never)).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("keeps the code of an error, and goes on after it", async () => {
    const scripted = createScriptedCodec();
    const { client } = await local({ ...scripted, decode: (codes, signal) => (codes[0] === 1 ? Promise.reject(new Error("out of memory")) : scripted.decode(codes, signal)) });
    await expect(client.decode(Int32Array.of(1, 1), never)).rejects.toMatchObject({ code: "SERVICE", message: expect.stringContaining("out of memory") as string });
    expect(await client.decode(Int32Array.of(2, 2), never)).toHaveLength(480);
    await client.close();
  });

  it("frees the codec when it is closed", async () => {
    let closed = 0;
    const { client } = await local({ ...createScriptedCodec(), close: async () => void (closed += 1) });
    await client.close();
    expect(closed).toBe(1);
  });
});

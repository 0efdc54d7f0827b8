import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TTSError } from "@parlando/engine";
import type { OnnxRuntime, OnnxTensor } from "../runtime/onnx-runtime.ts";
import { cutShort } from "../testing/broken-models.ts";
import { writeAttendingCodec } from "../testing/attending-codec.ts";
import { codecTrims, knownSound, writeKnownCodec } from "../testing/known-codec.ts";
import { createGraph, writeOnnx } from "../testing/onnx-graph.ts";
import { inFolder, onnx } from "../testing/test-runtimes.test-helper.ts";
import type { WindowCodec } from "./codec.ts";
import { never, randomCodes } from "./codec.test-helper.ts";
import { importOnnxRuntime } from "./import-onnx-runtime.ts";
import { createOnnxCodec } from "./onnx-codec.ts";

const open = (path: string, runtime: OnnxRuntime = onnx): Promise<WindowCodec> => createOnnxCodec({ runtime, path, device: "cpu", threads: 1 });

async function withFile<T>(write: (path: string) => Promise<void>, use: (path: string) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    const path = join(folder, "codec.onnx");
    await write(path);
    return use(path);
  });
}

describe("an ONNX codec", () => {
  it.each(["torch", "onnx"] as const)("finds by itself how a decoder is trimmed, and decodes: %s", async (kind) => {
    const trim = codecTrims[kind];
    await withFile((path) => writeKnownCodec(path, { trim }), async (path) => {
      const codec = await open(path);
      expect(codec).toMatchObject({ kind: "window", device: "cpu", geometry: { sampleRate: 24_000, samplesPerCode: 480, maximumCodes: 6_000, ...trim } });
      const codes = randomCodes(40);
      const whole = knownSound(codes);
      expect(await codec.decode(codes, never)).toEqual(whole.slice(trim.leadSamples, whole.length - (trim.missingSamples - trim.leadSamples)));
      await codec.close();
      await codec.close();
      await expect(codec.decode(codes, never)).rejects.toMatchObject({ code: "ABORTED" });
    });
  });

  it.each([{ decay: 0.02 }, { decay: 0.1 }, { decay: 0.3, seed: 5 }, { decay: 1, seed: 9 }])("finds the trim where every sample depends on every code: %o", async (options) => {
    const trims = [...Object.values(codecTrims), { leadSamples: 480, missingSamples: 480 }, { leadSamples: 0, missingSamples: 480 }];
    for (const trim of trims) {
      await withFile((path) => writeAttendingCodec(path, { ...options, trim }), async (path) => {
        const codec = await open(path);
        expect(codec.geometry).toMatchObject(trim);
        await codec.close();
      });
    }
  });

  it("decodes one window at a time, in the order asked, and none that was called off meanwhile", async () => {
    await withFile(writeKnownCodec, async (path) => {
      const codec = await open(path);
      const calledOff = new AbortController();
      const order: string[] = [];
      const asked = ["first", "second", "third"].map((name) =>
        codec.decode(randomCodes(20), name === "second" ? calledOff.signal : never).then(() => order.push(name), (error: unknown) => order.push(`${name} ${TTSError.isInstance(error) ? error.code : "?"}`)),
      );
      calledOff.abort();
      await Promise.all(asked);
      expect(order).toEqual(["second ABORTED", "first", "third"]);
      await expect(codec.decode(randomCodes(20), AbortSignal.abort())).rejects.toMatchObject({ code: "ABORTED" });
      await codec.close();
    });
  });

  it("tells what the runtime says of a window that it cannot decode, and goes on", async () => {
    await withFile((path) => writeKnownCodec(path, { maximumCodes: 80 }), async (path) => {
      const codec = await open(path);
      await expect(codec.decode(randomCodes(81), never)).rejects.toMatchObject({ code: "SERVICE", retryable: true });
      expect(await codec.decode(randomCodes(80), never)).toHaveLength(79 * 480);
      await codec.close();
    });
  });

  it("frees every tensor, also of windows that fail", async () => {
    let alive = 0;
    const counted = (tensor: OnnxTensor): OnnxTensor => {
      alive += 1;
      const dispose = tensor.dispose.bind(tensor);
      return Object.assign(tensor, { dispose: () => ((alive -= 1), dispose()) });
    };
    const counting: OnnxRuntime = {
      Tensor: new Proxy(onnx.Tensor, { construct: (Tensor, values: ConstructorParameters<OnnxRuntime["Tensor"]>) => counted(new Tensor(...values)) }),
      InferenceSession: {
        async create(path, options) {
          const session = await onnx.InferenceSession.create(path, options);
          const run = session.run.bind(session);
          return Object.assign(session, { run: async (...values: Parameters<typeof run>) => Object.fromEntries(Object.entries(await run(...values)).map(([name, tensor]) => [name, counted(tensor)])) });
        },
      },
    };
    await withFile((path) => writeKnownCodec(path, { maximumCodes: 80 }), async (path) => {
      const codec = await open(path, counting);
      for (const count of [10, 80, 81]) await codec.decode(randomCodes(count), never).catch(() => undefined);
      expect(alive).toBe(0);
      await codec.close();
    });
  });

  it("says what a graph has that is no such decoder", async () => {
    const write = (input: string, type: "int32" | "float32", outputType: "float32" | "int32") => (path: string): Promise<void> => {
      const graph = createGraph();
      const codes = graph.input(input, type, ["batch", 1, "length"]);
      graph.node("Cast", [codes], { to: outputType === "float32" ? 1 : 6 }, "audio");
      graph.output("audio", outputType, ["batch", 1, "length"]);
      return writeOnnx(path, graph.graph);
    };
    const cases = [
      { make: write("tokens", "int32", "float32"), says: /no input `codes`.*tokens \(int32/u },
      { make: write("codes", "float32", "float32"), says: /its codes are float32/u },
      { make: write("codes", "int32", "int32"), says: /first output is not float32/u },
    ];
    for (const { make, says } of cases) {
      await withFile(make, async (path) => {
        await expect(open(path)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringMatching(says) as string });
      });
    }
  });

  it("takes codes of 64 bits too", async () => {
    const write = (path: string): Promise<void> => {
      const graph = createGraph();
      const codes = graph.input("codes", "int64", ["batch", 1, "length"]);
      graph.node("Cast", [codes], { to: 1 }, "audio");
      graph.output("audio", "float32", ["batch", 1, "length"]);
      return writeOnnx(path, graph.graph);
    };
    await withFile(write, async (path) => {
      const codec = await open(path);
      expect(codec.geometry).toMatchObject({ samplesPerCode: 1, leadSamples: 0, missingSamples: 0 });
      expect(await codec.decode(Int32Array.of(5, 7), never)).toEqual(Float32Array.of(5, 7));
      await codec.close();
    });
  });

  it("tells a file that is missing, cut short or something else", async () => {
    await inFolder(async (folder) => {
      const path = join(folder, "codec.onnx");
      await expect(open(path)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
      await writeFile(path, "this is no model");
      await expect(open(path)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
      await writeKnownCodec(path);
      await cutShort(path);
      await expect(open(path)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
    });
  });

  it.each(["vulkan", "cuda"] as const)("does not fall back where %s does not work", async (device) => {
    await withFile(writeKnownCodec, async (path) => {
      await expect(createOnnxCodec({ runtime: { ...onnx, InferenceSession: { create: () => Promise.reject(new Error("no driver")) } }, path, device, threads: 1 })).rejects.toMatchObject({ code: "DEVICE_UNAVAILABLE" });
    });
  });
});

describe("importing an ONNX runtime", () => {
  it("takes the package, and a module like it", async () => {
    expect((await importOnnxRuntime("onnxruntime-node")).Tensor).toBe(onnx.Tensor);
    const compatible = "data:text/javascript,export default { InferenceSession: { create() {} }, Tensor: class {} }";
    expect(typeof (await importOnnxRuntime(compatible)).InferenceSession.create).toBe("function");
  });

  it.each(["a-module-that-is-not-there", "node:path"])("says what is wrong with %s", async (module) => {
    await expect(importOnnxRuntime(module)).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE", message: expect.stringContaining("onnxruntime-node") as string });
  });
});

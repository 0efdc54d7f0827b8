import { describe, expect, it } from "vitest";
import { TTSError } from "@parlando/engine";
import { createScriptedCodec } from "../testing/scripted-codec.ts";
import { inFolder } from "../testing/test-runtimes.test-helper.ts";
import { writeTinyModel } from "../testing/write-tiny-model.ts";
import { createModelLoader, shareThreads } from "./load-model.ts";
import { ggufDevices, onnxDevices } from "./open-backbone.ts";
import { promptNames, testJob, testSpec, testVoice } from "./scripted-model.test-helper.ts";

const signal = new AbortController().signal;

describe("loading a model", () => {
  it("puts together what belongs together", async () => {
    await inFolder(async (folder) => {
      const { backbonePath, tokenizerPath, codecPath } = await writeTinyModel(folder, { format: "onnx", codec: "known" });
      const codec = createScriptedCodec();
      const load = createModelLoader({ openCodec: async ({ onDecoded }) => (onDecoded?.({ codes: 100, decodeMs: 30 }), codec) });
      const model = await load(testSpec({ backbonePath, tokenizerPath, codecPath, backboneDevice: "cpu", contextTokens: 900, speed: { codeMs: 7, decode: { startMs: 10, perCodeMs: 0.2 }, samples: 0 } }));
      expect(model.contextTokens).toBeLessThanOrEqual(900);
      expect(model.report).toMatchObject({ device: "cpu", codecDevice: "cpu", tried: [], warnings: [], codec: codec.geometry, memory: { totalBytes: expect.any(Number) } });
      // The probe took as long as the guess said.
      expect(model.speed.speed()).toMatchObject({ codeMs: 7, decode: { startMs: 10, perCodeMs: 0.2 } });
      expect(model.decodeMsPerCode()).toBeCloseTo((10 + 0.2 * (51 + 50 + 6)) / 50);
      const assembler = model.openAssembler(testVoice);
      const planner = model.openPlanner(testJob({ chunkCodes: 4 }), assembler);
      for (let code = 0; code < 10; code += 1) assembler.add(code);
      expect(planner.next({ nowMs: 50, generated: 10, handed: 0, ended: false, aheadMs: undefined, expectedCodes: 50 }, model.speed.speed())).toBe(4);
      expect(await assembler.take(4, signal)).toHaveLength(4 * 480);
      await model.close();
      await model.close();
    });
  });

  it("closes the backbone when the codec, or what is between them, fails", async () => {
    await inFolder(async (folder) => {
      const { backbonePath, tokenizerPath, codecPath } = await writeTinyModel(folder, { format: "onnx", codec: "known" });
      const spec = testSpec({ backbonePath, tokenizerPath, codecPath, backboneDevice: "cpu" });
      const broken = createModelLoader({ openCodec: () => Promise.reject(new TTSError("MODEL_NOT_FOUND", "Loading the codec: it is cut short.")) });
      await expect(broken(spec)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("cut short") });
      let closed = 0;
      const codec = { ...createScriptedCodec(), close: async () => void (closed += 1) };
      const load = createModelLoader({ openCodec: async () => codec });
      await expect(load({ ...spec, prompt: { ...promptNames, stop: "<|NO_SUCH|>" } })).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: expect.stringContaining("<|NO_SUCH|>") });
      expect(closed).toBe(1);
    });
  });

  it("shares the cores out where nobody did", () => {
    expect([1, 2, 8].map((cores) => shareThreads({ backbone: undefined, codec: undefined }, cores))).toEqual([{ backbone: 1, codec: 1 }, { backbone: 1, codec: 1 }, { backbone: 6, codec: 2 }]);
    expect(shareThreads({ backbone: 3, codec: 5 }, 4)).toEqual({ backbone: 3, codec: 5 });
  });

  it("tries what a system can have", () => {
    expect([ggufDevices("darwin"), ggufDevices("linux"), onnxDevices("linux"), onnxDevices("win32")].map((devices) => devices.join())).toEqual(["metal,cpu", "cuda,vulkan,cpu", "cuda,cpu", "cpu"]);
  });
});

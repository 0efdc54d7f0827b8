// What our generation loop costs for a code, over the bare runtime: sampling, limits, prompt and cache kept in order, tensors disposed.
//
//   node bench/local-loop.bench.mjs [--codes 400] [--runs 7] [--model MODEL.onnx|MODEL.gguf] [--json]
//
// A model with two small layers is written into a temporary folder, in ONNX and as GGUF, each with 512 codes and with the vocabulary of the real one (217,207
// tokens, 65,536 of them codes). Ours is the generator that the engines use: `next()` for each code, sampled with top-k 40, top-p 0.9, repetition penalty 1.1.
// Bare is, for ONNX, a loop around `session.run` with the same prompt, feeds, outputs and disposal that chooses nothing (it feeds codes that are known before); for
// GGUF the token iterator of node-llama-cpp with the same samplers. Both make the same number of codes, one by one in turn. Figures are the quickest tenth's bound
// of all codes, which other work on the machine disturbs least; means, and means of processor time, stand
// beside. In ONNX all run on one session, and "bare again" is a second bare loop: how far it is from bare is the error of the bench. `--model` measures a model of yours instead (ONNX: its `tokenizer.json` beside it).

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as llamaModule from "node-llama-cpp";
import * as runtime from "onnxruntime-node";
import { importSource } from "./lib/import-source.mjs";
import { cpuMs, mean, quantile, readOptions, report } from "./lib/options.mjs";

const options = readOptions({ codes: 400, runs: 7, model: "" });
const { createTinyWeights, tinyWeightSource } = await importSource("packages/local/src/testing/create-tiny-weights.ts");
const { createTinyVocabulary } = await importSource("packages/local/src/testing/tiny-vocabulary.ts");
const { writeQwen2Onnx } = await importSource("packages/local/src/testing/qwen2-onnx.ts");
const { writeQwen2Gguf } = await importSource("packages/local/src/testing/qwen2-gguf.ts");
const { createGgufGenerator } = await importSource("packages/local/src/backbone/gguf/gguf-generator.ts");
const { createByteTokenizer } = await importSource("packages/local/src/testing/scripted-generator.ts");
const { createOnnxGenerator } = await importSource("packages/local/src/backbone/onnx/onnx-generator.ts");
const { createJsonTokenizer } = await importSource("packages/local/src/backbone/onnx/json-tokenizer.ts");
const { findCodeTokens } = await importSource("packages/local/src/backbone/code-tokens.ts");
const { readOnnxLayout } = await importSource("packages/local/src/backbone/onnx/layout.ts");

const stop = "<|TARGET_CODES_END|>";
const control = { signal: new AbortController().signal, turn: async () => undefined };
const sampling = { temperature: 1, topK: 40, topP: 0.9, minP: 0, repetitionPenalty: 1.1, repetitionWindow: Infinity, seed: 1 };
const sessionOptions = { executionProviders: ["cpu"], enableMemPattern: false, graphOptimizationLevel: "all", logSeverityLevel: 3, intraOpNumThreads: 1 };
const promptTokens = 64;

/** The models: what they are called, and how they are opened. */
async function writeModels(folder) {
  const small = createTinyWeights();
  const wide = createTinyWeights({ vocabulary: createTinyVocabulary({ codes: 65_536, textTokens: 151_671 }) });
  const models = [];
  for (const [name, weights] of [["512 codes", small], ["65,536 codes of 217,207 tokens", wide]]) {
    const { vocabulary } = weights;
    const onnx = join(folder, `${vocabulary.codes}.onnx`);
    const gguf = join(folder, `${vocabulary.codes}.gguf`);
    await writeQwen2Onnx(onnx, tinyWeightSource(weights), { layout: "genai", logits: "last" });
    await writeQwen2Gguf(gguf, tinyWeightSource(weights));
    models.push({ name: `ONNX, ${name}`, path: onnx, tokenizer: createByteTokenizer(vocabulary), codes: vocabulary.codes }, { name: `GGUF, ${name}`, path: gguf, codes: vocabulary.codes });
  }
  return models;
}

async function givenModel(path) {
  const tokenizer = path.endsWith(".gguf") ? undefined : await createJsonTokenizer({ path: join(dirname(path), "tokenizer.json") });
  return [{ name: basename(path), path, tokenizer, codes: 65_536 }];
}

const int64 = (values) => new runtime.Tensor("int64", BigInt64Array.from(values, BigInt), [1, values.length]);

/** Our generator, as the engines use it. */
async function openOurs({ path, tokenizer, codes }, session) {
  const common = { path, device: "cpu", contextTokens: promptTokens + options.codes, slots: 1, threads: 1 };
  const generator = tokenizer === undefined ? await createGgufGenerator({ ...common, module: llamaModule, stateFolder: undefined }) : await createOnnxGenerator({ ...common, runtime: { Tensor: runtime.Tensor, InferenceSession: { create: async () => session } }, tokenizer });
  const codeTokens = findCodeTokens(generator.tokenizer, { codes, stop });
  const suffix = Int32Array.from({ length: promptTokens }, (_, index) => codeTokens.firstCode + ((index * 31) % codes));
  const limits = { minimumCodes: options.codes, maximumCodes: options.codes };
  const begin = async () => {
    const speech = await generator.start({ prefix: { key: "", tokens: new Int32Array(0) }, suffix, sampling, limits }, codeTokens, control);
    // The first code comes from the prompt's own logits.
    await speech.next();
    return { step: () => speech.next(), end: () => speech.close() };
  };
  return { begin, close: () => generator.close(), codeTokens, suffix };
}

/** The runtime alone, with the least that one must do. */
async function openBareOnnx({ path }, { suffix, codeTokens }, session) {
  const layout = readOnnxLayout(session, path);
  const numbers = layout.cacheType === "float16" ? Uint16Array : Float32Array;
  const fetches = ["logits", ...layout.slots.map(({ present }) => present)];
  const ones = BigInt64Array.from({ length: promptTokens + options.codes }, () => 1n);
  const forward = async (feeds, tokens, past) => {
    feeds.input_ids = int64(tokens);
    feeds.attention_mask = new runtime.Tensor("int64", ones.subarray(0, past + tokens.length), [1, past + tokens.length]);
    if (layout.positionType !== undefined) feeds.position_ids = int64(tokens.map((_, index) => past + index));
    if (layout.keep !== undefined) feeds.num_logits_to_keep = new runtime.Tensor("int64", BigInt64Array.of(1n), layout.keep.dims);
    const outputs = await session.run(feeds, fetches);
    outputs.logits.dispose();
    for (const slot of layout.slots) {
      feeds[slot.past].dispose();
      feeds[slot.past] = outputs[slot.present];
    }
  };
  const begin = async () => {
    const feeds = Object.fromEntries(layout.slots.map(({ past }) => [past, new runtime.Tensor(layout.cacheType, new numbers(0), [1, layout.kvHeads, 0, layout.headSize])]));
    await forward(feeds, [...suffix], 0);
    let past = promptTokens;
    const end = async () => {
      for (const slot of layout.slots) feeds[slot.past].dispose();
    };
    return { step: () => forward(feeds, [codeTokens.firstCode + (past % 500)], past++), end };
  };
  return { begin, close: async () => undefined, isShared: true };
}

/** The token iterator of node-llama-cpp, with what our generator opens it with. */
async function openBareGguf({ path }, { suffix }) {
  const llama = await llamaModule.getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false, logLevel: "disabled" });
  const model = await llama.loadModel({ modelPath: path, gpuLayers: 0, defaultContextFlashAttention: false });
  const context = await model.createContext({ sequences: 1, contextSize: promptTokens + options.codes, batchSize: 512, flashAttention: false, threads: 1 });
  const sequence = context.getSequence();
  const begin = async () => {
    const spoken = [...suffix];
    const { temperature, topK, topP, minP, seed, repetitionPenalty } = sampling;
    const repeatPenalty = { punishTokens: () => spoken, maxPunishTokens: promptTokens + options.codes, penalty: repetitionPenalty, frequencyPenalty: 0, presencePenalty: 0 };
    const tokens = sequence.evaluate([...suffix], { temperature, topK, topP, minP, seed, yieldEogToken: true, repeatPenalty });
    const step = async () => {
      const { value } = await tokens.next();
      spoken.push(value);
    };
    await step();
    const end = async () => {
      await tokens.return();
      await sequence.clearHistory();
    };
    return { step, end };
  };
  return { begin, close: () => model.dispose() };
}

/** Both make a speech, code by code in turn, so that what else the machine does meets both; who goes first changes with each code. */
async function speech(ways) {
  const speeches = Object.entries(ways).map(([name, { begin }]) => [name, begin]);
  const begun = [];
  for (const [name, begin] of speeches) begun.push([name, await begin()]);
  const times = Object.fromEntries(speeches.map(([name]) => [name, []]));
  for (let code = 1; code < options.codes; code += 1) {
    const first = code % begun.length;
    for (const [name, { step }] of [...begun.slice(first), ...begun.slice(0, first)]) {
      const cpuBefore = process.cpuUsage();
      const beganAt = performance.now();
      await step();
      const wallUs = (performance.now() - beganAt) * 1000;
      times[name].push({ wallUs, cpuUs: cpuMs(cpuBefore) * 1000 });
    }
  }
  for (const [, { end }] of begun) await end();
  return times;
}

async function compare(model) {
  const isGguf = model.tokenizer === undefined;
  // All on one session: with weights of its own each would push those of the others out of the processor's cache.
  const session = isGguf ? undefined : await runtime.InferenceSession.create(model.path, sessionOptions);
  const ours = await openOurs(model, session);
  const bare = await (isGguf ? openBareGguf : openBareOnnx)(model, ours, session);
  // What runs another bare loop beside is the bench's own error: it should take as long as bare.
  const ways = bare.isShared ? { ours, bare, again: bare } : { ours, bare };
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let run = -1; run < options.runs; run += 1) {
    for (const [name, taken] of Object.entries(await speech(ways))) if (run >= 0) times[name].push(...taken);
  }
  await ours.close();
  await bare.close();
  const wall = (name) => times[name].map(({ wallUs }) => wallUs);
  const cpuUs = (name) => mean(times[name].map((taken) => taken.cpuUs));
  const row = { oursUs: quantile(wall("ours"), 0.1), bareUs: quantile(wall("bare"), 0.1), oursMeanUs: mean(wall("ours")), bareMeanUs: mean(wall("bare")), oursCpuUs: cpuUs("ours"), bareCpuUs: cpuUs("bare") };
  return { model: model.name, ...row, moreUs: row.oursUs - row.bareUs, speedOfBare: row.bareUs / row.oursUs, cpuOverBare: row.oursCpuUs / row.bareCpuUs, ...(bare.isShared && { againUs: quantile(wall("again"), 0.1), againCpuUs: cpuUs("again") }) };
}

const folder = await mkdtemp(join(tmpdir(), "parlando-loop-"));
const rows = [];
try {
  for (const model of options.model === "" ? await writeModels(folder) : await givenModel(options.model)) rows.push(await compare(model));
} finally {
  await rm(folder, { recursive: true, force: true });
}

report(options, { bench: "local-loop", codes: options.codes, runs: options.runs, rows }, () => {
  console.table(Object.fromEntries(rows.map((row) => [row.model, { "ours us": Math.round(row.oursUs), "bare us": Math.round(row.bareUs), "bare again us": row.againUs === undefined ? "" : Math.round(row.againUs), "more us": Math.round(row.moreUs), "ours us, mean": Math.round(row.oursMeanUs), "bare us, mean": Math.round(row.bareMeanUs), "cpu us, ours": Math.round(row.oursCpuUs), "cpu us, bare": Math.round(row.bareCpuUs), "cpu us, bare again": row.againCpuUs === undefined ? "" : Math.round(row.againCpuUs), "speed of bare %": Number((row.speedOfBare * 100).toFixed(1)) }])));
  console.log(`Ours over the bare runtime: ${rows.map((row) => `${row.moreUs.toFixed(0)} us a code (${(row.oursUs / row.bareUs).toFixed(3)}x), ${row.model}`).join("; ")}`);
});

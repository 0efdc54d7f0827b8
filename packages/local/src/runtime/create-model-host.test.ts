import { createFakeClock } from "@parlando/testkit";
import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { knownSound } from "../testing/known-codec.ts";
import { createScriptedGenerator } from "../testing/scripted-generator.ts";
import { someCodes } from "../testing/test-runtimes.test-helper.ts";
import { createModelHost } from "./create-model-host.ts";
import { localChannel } from "./local-channel.ts";
import type { ModelChannel } from "./model-channel.ts";
import type { HostedModel, SpeechEvent } from "./model-host.ts";
import type { ModelSpec, SpeechJob } from "./model-spec.ts";
import type { HostMessage } from "./protocol.ts";
import { createScriptedModel, testJob, testSpec, testVoice, type ScriptedModelOptions } from "./scripted-model.test-helper.ts";
import { serveModels } from "./serve-models.ts";

const codes = someCodes(60);
const forever = new AbortController().signal;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

interface Setup {
  readonly host: ReturnType<typeof createModelHost>;
  readonly clock: ReturnType<typeof createFakeClock>;
  /** One for each process that was started: its key, its line, what it was told, what it loaded. */
  readonly processes: { readonly key: string; readonly channel: ModelChannel; readonly told: HostMessage[]; readonly models: ReturnType<typeof createScriptedModel>[]; readonly generators: ReturnType<typeof createScriptedGenerator>[]; readonly busy: boolean[] }[];
}

function setUp(options: { load?: (spec: ModelSpec, process: number) => Promise<void>; model?: Partial<ScriptedModelOptions>; step?: () => Promise<void>; silent?: boolean; deafTo?: HostMessage["type"]; readyMs?: number; leaveMs?: number } = {}): Setup {
  const processes: Setup["processes"] = [];
  const clock = createFakeClock();
  function openChannel(key: string): ModelChannel {
    const number = processes.length;
    const entry: Setup["processes"][number] = { key, told: [], models: [], generators: [], busy: [], channel: undefined as unknown as ModelChannel };
    const line = options.silent === true
      ? localChannel(() => ({ close: async () => {} }))
      : localChannel((port) =>
        serveModels(port, {
          processId: number + 1,
          loadModel: async (spec) => {
            await options.load?.(spec, number);
            const generator = createScriptedGenerator({ codes: () => codes, step: options.step ?? (() => new Promise((resolve) => setImmediate(resolve))) });
            const model = createScriptedModel({ generator, ...options.model });
            entry.generators.push(generator);
            entry.models.push(model);
            return model;
          },
        }));
    const channel: ModelChannel = { ...line, send: (message) => (entry.told.push(message), message.type === options.deafTo ? undefined : line.send(message)), setBusy: (busy) => void entry.busy.push(busy) };
    processes.push({ ...entry, channel });
    return channel;
  }
  return { host: createModelHost({ openChannel, clock, readyMs: options.readyMs, leaveMs: options.leaveMs }), clock, processes };
}

async function read(model: HostedModel, { job = {}, signal = forever }: { job?: Partial<SpeechJob>; signal?: AbortSignal } = {}): Promise<SpeechEvent[]> {
  const events: SpeechEvent[] = [];
  for await (const event of model.speak(testJob(job), signal)) events.push(event);
  return events;
}
const soundOf = (events: readonly SpeechEvent[]): number[] => events.flatMap((event) => (event.type === "audio" ? [...event.samples] : []));

describe("a hosted model", () => {
  it("speaks: sound in order, and the sum at the end", async () => {
    const { host, processes } = setUp();
    const model = host.open(testSpec());
    const events = await read(model);
    expect(soundOf(events)).toEqual([...knownSound(codes)]);
    expect(events.at(-1)).toMatchObject({ type: "done", metrics: { codes: 60 } });
    expect(model.processId()).toBe(1);
    expect(processes[0]!.busy).toEqual([true, false, true, false]);
    await model.close();
    expect(model.processId()).toBeUndefined();
    expect(processes[0]!.models[0]!.closed).toBe(1);
    expect(processes[0]!.busy.at(-1)).toBe(true);
  });

  it("reports what was read, all of it but not each piece by itself", async () => {
    const { host, processes } = setUp();
    const model = host.open(testSpec());
    const sound = soundOf(await read(model, { job: { chunkCodes: 2 } })).length;
    const taken = processes[0]!.told.flatMap((message) => (message.type === "taken" ? [message.samples] : []));
    const pieces = Math.ceil(60 / 2);
    expect(taken.length).toBeLessThanOrEqual(pieces);
    expect(taken.reduce((sum, samples) => sum + samples, 0)).toBeLessThanOrEqual(sound);
    expect(taken.length).toBeGreaterThan(0);
    await model.close();
  });

  it("rests while nobody reads, and holds no more than was allowed", async () => {
    const { host, processes } = setUp({ model: {} });
    const model = host.open(testSpec());
    const reading = model.speak(testJob({ highWaterMs: 200, chunkCodes: 5 }), forever)[Symbol.asyncIterator]();
    await reading.next();
    await pause();
    await pause();
    expect(processes[0]!.generators[0]!.stats.codes).toBeLessThan(40);
    await reading.return?.();
    await model.close();
  });

  it("is loaded once for equal specs, and let go with the last of those who use it", async () => {
    const { host, processes } = setUp();
    const [one, two] = [host.open(testSpec()), host.open(testSpec())];
    await Promise.all([read(one), read(two)]);
    expect(processes).toHaveLength(1);
    expect(processes[0]!.models).toHaveLength(1);
    await Promise.all([one.close(), one.close()]);
    expect(processes[0]!.models[0]!.closed).toBe(0);
    await read(two);
    await two.close();
    expect(processes[0]!.models[0]!.closed).toBe(1);
  });

  it("is let go in time by a process that does not answer", async () => {
    const { host, processes } = setUp({ leaveMs: 20, deafTo: "unload" });
    const model = host.open(testSpec());
    const other = host.open(testSpec({ contextTokens: 1_234 }));
    await read(model);
    await read(other);
    await model.close();
    expect(processes[0]?.told.map(({ type }) => type)).toContain("unload");
    expect(soundOf(await read(other))).toHaveLength(codes.length * 480);
    await other.close();
  });

  it("shares a process with other models on its device, and has another one on another device", async () => {
    const { host, processes } = setUp();
    const cpu = host.open(testSpec({ backboneDevice: "cpu" }));
    const other = host.open(testSpec({ backboneDevice: ["cpu", "cuda"], slots: 2 }));
    const cuda = host.open(testSpec({ backboneDevice: "cuda" }));
    await Promise.all([cpu, other, cuda].map((model) => model.load(forever)));
    expect(processes.map(({ key }) => key)).toEqual(["cpu", "cuda"]);
    await cpu.close();
    expect(processes[0]!.models.map(({ closed }) => closed).sort()).toEqual([0, 1]);
    await Promise.all([other.close(), cuda.close()]);
    expect(processes.flatMap(({ models }) => models.map(({ closed }) => closed))).toEqual([1, 1, 1]);
  });

  it("keeps a voice ahead of its speech", async () => {
    const { host } = setUp();
    const model = host.open(testSpec());
    await model.prepare(testVoice, forever);
    expect((await read(model)).at(-1)).toMatchObject({ metrics: { evaluatedPrefixTokens: 0 } });
    await model.close();
  });

  it("tells once what was to be told of its loading", async () => {
    const warning = { code: "DEVICE_FALLBACK", message: "Opening the backbone: cuda: no driver; running on cpu." };
    const { host } = setUp({ model: { warnings: [warning] } });
    const model = host.open(testSpec());
    expect((await read(model))[0]).toEqual({ type: "warning", ...warning });
    expect((await read(model)).filter(({ type }) => type === "warning")).toEqual([]);
    await model.close();
  });

  it("tells who waits, and refuses who would wait too long", async () => {
    const { host } = setUp({ step: () => new Promise((resolve) => setTimeout(resolve, 2)) });
    const model = host.open(testSpec({ slots: 1 }));
    const all = Array.from({ length: 6 }, () => read(model, { job: { maximumWaitMs: 0 } }));
    const results = await Promise.allSettled(all);
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.reason).toMatchObject({ code: "CONCURRENCY_LIMIT", retryable: true, retryAfterMs: expect.any(Number) });
    expect((await Promise.all([read(model), read(model), read(model), read(model), read(model), read(model)])).flat().some(({ type }) => type === "queued")).toBe(true);
    await model.close();
  });
});

describe("calling off", () => {
  it("ends a speech with ABORTED, and what ran for it", async () => {
    const { host, processes } = setUp();
    const model = host.open(testSpec());
    const controller = new AbortController();
    const speech = model.speak(testJob({ highWaterMs: 100 }), controller.signal)[Symbol.asyncIterator]();
    expect(await speech.next()).toMatchObject({ value: { type: "audio" } });
    controller.abort();
    await expect(speech.next()).rejects.toMatchObject({ code: "ABORTED" });
    await expect.poll(() => processes[0]!.generators[0]!.stats.open).toBe(0);
    await model.close();
  });

  it("happens when the reader leaves", async () => {
    const { host, processes } = setUp();
    const model = host.open(testSpec());
    for await (const event of model.speak(testJob(), forever)) if (event.type === "audio") break;
    await expect.poll(() => processes[0]!.generators[0]!.stats.open).toBe(0);
    expect(processes[0]!.told.filter(({ type }) => type === "cancel")).toHaveLength(1);
    await read(model);
    expect(processes[0]!.told.filter(({ type }) => type === "cancel")).toHaveLength(1);
    await model.close();
  });

  it("does not begin, when it is called off before", async () => {
    const { host, processes } = setUp();
    const model = host.open(testSpec());
    const off = AbortSignal.abort();
    await expect(read(model, { signal: off })).rejects.toMatchObject({ code: "ABORTED" });
    await expect(model.load(off)).rejects.toMatchObject({ code: "ABORTED" });
    await expect(model.prepare(testVoice, off)).rejects.toMatchObject({ code: "ABORTED" });
    expect(processes).toEqual([]);
    await model.close();
    await expect(read(model)).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("leaves a loading model to the others who want it", async () => {
    let go: () => void = () => {};
    const { host } = setUp({ load: () => new Promise((resolve) => (go = resolve)) });
    const [one, two] = [host.open(testSpec()), host.open(testSpec())];
    const controller = new AbortController();
    const first = one.load(controller.signal);
    const second = two.load(forever);
    await pause();
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
    go();
    expect(await second).toMatchObject({ device: "cpu" });
    await Promise.all([one.close(), two.close()]);
  });

  it("ends speeches when their model is closed", async () => {
    // A step takes so long that the speech cannot be over before its model is closed.
    const { host, processes } = setUp({ step: () => new Promise((resolve) => setTimeout(resolve, 20)) });
    const model = host.open(testSpec());
    const speech = model.speak(testJob({ chunkCodes: 2 }), forever)[Symbol.asyncIterator]();
    expect(await speech.next()).toMatchObject({ value: { type: "audio" } });
    const rest = expect(speech.next().then(() => speech.next())).rejects.toMatchObject({ code: "ABORTED" });
    await model.close();
    await rest;
    expect(processes[0]!.generators[0]!.stats).toMatchObject({ open: 0, closed: 1 });
  });
});

describe("a process that is lost", () => {
  it("fails what ran with SERVICE, and the next speech works", async () => {
    const { host, processes } = setUp();
    const model = host.open(testSpec());
    const speech = model.speak(testJob({ highWaterMs: 100 }), forever)[Symbol.asyncIterator]();
    await speech.next();
    processes[0]!.channel.kill();
    const lost = async (): Promise<void> => {
      while (!(await speech.next()).done);
    };
    await expect(lost()).rejects.toMatchObject({ code: "SERVICE", retryable: true, message: expect.stringContaining("it was killed") });
    expect(soundOf(await read(model))).toHaveLength(60 * 480);
    expect(processes).toHaveLength(2);
    await model.close();
  });

  it("is not missed when nothing ran", async () => {
    const { host, processes } = setUp();
    const model = host.open(testSpec());
    await read(model);
    processes[0]!.channel.kill();
    await pause();
    expect(model.processId()).toBeUndefined();
    await read(model);
    expect(model.processId()).toBe(2);
    await model.close();
  });

  it("again and again without a finished speech, rests for half a minute", async () => {
    const { host, clock, processes } = setUp({ load: async (_, process) => (process < 3 ? processes[process]!.channel.kill() : undefined) });
    const model = host.open(testSpec());
    for (let start = 0; start < 3; start += 1) await expect(model.load(forever)).rejects.toMatchObject({ code: "SERVICE" });
    await expect(model.load(forever)).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE", retryable: true, retryAfterMs: 30_000, message: expect.stringContaining("it was killed") });
    await expect(read(model)).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
    expect(processes).toHaveLength(3);
    await clock.advance(30_000);
    expect((await read(model)).at(-1)).toMatchObject({ type: "done" });
    await model.close();
  });

  it("now and then, is started again each time", async () => {
    const { host, processes } = setUp();
    const model = host.open(testSpec());
    for (let start = 0; start < 5; start += 1) {
      await read(model);
      processes.at(-1)!.channel.kill();
      await pause();
    }
    expect(processes).toHaveLength(5);
    await model.close();
  });

  it("that never says that it is there, is given up", async () => {
    const { host } = setUp({ silent: true, readyMs: 20 });
    const model = host.open(testSpec());
    await expect(model.load(forever)).rejects.toMatchObject({ code: "SERVICE", message: expect.stringContaining("not ready after 20 ms") });
    await model.close();
  });
});

describe("a model that cannot be loaded", () => {
  it("is tried again with the next use", async () => {
    let failing = true;
    const load = async (): Promise<void> => {
      if (failing) throw new TTSError("MODEL_NOT_FOUND", "Reading /models/x: there is none.");
    };
    const { host, processes } = setUp({ load });
    const model = host.open(testSpec());
    await expect(read(model)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND", message: "Reading /models/x: there is none." });
    failing = false;
    await read(model);
    expect(processes).toHaveLength(1);
    await model.close();
  });
});

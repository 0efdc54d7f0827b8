import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Worker } from "node:worker_threads";
import type { EngineEvent, SynthesisRequest } from "@parlando/engine";
import { createEngine, createEspeakEngine, type EspeakEngine } from "@parlando/espeak";
import type { WorkerReply } from "./espeak-wire.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const library = new URL("./", import.meta.resolve("@echogarden/espeak-ng-emscripten"));
const builtIndex = new URL("../dist/index.js", import.meta.url).href;
const page = "The quick brown fox jumps over the lazy dog, and then it sleeps. ".repeat(20);

let engine: EspeakEngine;
let workers: Worker[];
const remember = (worker: Worker): void => void workers.push(worker);
beforeEach(() => {
  workers = [];
  process.on("worker", remember);
  engine = createEspeakEngine();
});
afterEach(async () => {
  process.off("worker", remember);
  await engine.close();
});

function start(text: string, signal: AbortSignal = new AbortController().signal, from: EspeakEngine = engine): AsyncIterator<EngineEvent> {
  const request: SynthesisRequest = { text, ssml: false, format: from.capabilities.formats[0]!, marks: ["word"] };
  return from.synthesize(request, signal)[Symbol.asyncIterator]();
}

async function drain(iterator: AsyncIterator<EngineEvent>): Promise<number> {
  let frames = 0;
  for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) {
    if (step.value.type === "pcm") frames += step.value.samples.length;
  }
  return frames;
}

async function takeAudio(iterator: AsyncIterator<EngineEvent>, blocks: number): Promise<void> {
  for (let taken = 0; taken < blocks;) {
    const step = await iterator.next();
    if (step.done === true) return expect.unreachable("the audio ended too early");
    if (step.value.type === "pcm") taken += 1;
  }
}

const speaksAgain = async (from: EspeakEngine = engine): Promise<void> => expect(await drain(start("Hello again.", undefined, from))).toBeGreaterThan(10_000);

describe("calling off", () => {
  it("fails the pending step with ABORTED, and nothing comes after it", async () => {
    const controller = new AbortController();
    const iterator = start(page, controller.signal);
    await takeAudio(iterator, 2);
    controller.abort("enough");
    await expect(iterator.next()).rejects.toMatchObject({ code: "ABORTED", cause: "enough" });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await speaksAgain();
    expect(workers).toHaveLength(1);
  });

  it("stops the worker, which would else speak for more than a minute", async () => {
    const controller = new AbortController();
    const iterator = start(page, controller.signal);
    await takeAudio(iterator, 1);
    controller.abort();
    await expect(iterator.next()).rejects.toMatchObject({ code: "ABORTED" });
    await speaksAgain();
    expect(workers).toHaveLength(1);
  });

  it("works before the first event, and with a signal that is aborted already", async () => {
    const controller = new AbortController();
    const iterator = start(page, controller.signal);
    const first = iterator.next();
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
    await expect(start("Hi", AbortSignal.abort()).next()).rejects.toMatchObject({ code: "ABORTED" });
    await expect(engine.warmUp(AbortSignal.abort())).rejects.toMatchObject({ code: "ABORTED" });
    await speaksAgain();
  });

  it("is what leaving a loop means", async () => {
    const iterator = start(page);
    await takeAudio(iterator, 1);
    await iterator.return?.();
    await speaksAgain();
    expect(workers).toHaveLength(1);
  });
});

describe("a reader that does not read", () => {
  it("holds the worker back", async () => {
    await speaksAgain();
    const iterator = start(page);
    const blocks = countBlocks();
    await iterator.next();
    while (blocks() < 16) await settled();
    await settled();
    expect(blocks()).toBeLessThan(32);
    expect(await drain(iterator)).toBeGreaterThan(22_050 * 60);
  });

  it("does not keep other requests from speaking, and loses nothing by it", async () => {
    const whole = await drain(start(page));
    const iterator = start(page);
    await takeAudio(iterator, 1);
    await speaksAgain();
    expect(await drain(iterator)).toBeGreaterThan(whole - 22_050);
  });
});

describe("a worker that is lost", () => {
  it("ended mid-sentence, is an error to the caller, and the next request works", async () => {
    const iterator = start(page);
    await takeAudio(iterator, 3);
    await workers[0]!.terminate();
    await expect(drain(iterator)).rejects.toMatchObject({ code: "SERVICE", retryable: true, engine: "espeak" });
    await speaksAgain();
    expect(workers).toHaveLength(2);
  });

  it("while idle, is replaced without a word", async () => {
    await speaksAgain();
    await workers[0]!.terminate();
    await settled();
    await speaksAgain();
  });

  it("hands on what was made before it was lost", async () => {
    await speaksAgain();
    const iterator = start(page);
    const blocks = countBlocks();
    await iterator.next();
    while (blocks() < 16) await settled();
    await workers[0]!.terminate();
    await settled();
    let frames = 0;
    const end = (async () => {
      for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) {
        if (step.value.type === "pcm") frames += step.value.samples.length;
      }
    })();
    await expect(end).rejects.toMatchObject({ code: "SERVICE" });
    expect(frames).toBeGreaterThan(22_050);
  });

  it("by a trap inside the library, is an error too, and the next request works", async () => {
    const folder = await brokenLibrary();
    const broken = createEspeakEngine({ assetsUrl: pathToFileURL(folder) });
    try {
      await expect(drain(start(page, undefined, broken))).rejects.toMatchObject({ code: "SERVICE", retryable: true });
      await speaksAgain(broken);
      expect(workers).toHaveLength(2);
    } finally {
      await broken.close();
      await rm(folder, { recursive: true });
    }
  });

  it("because it cannot start, says what to look at", async () => {
    for (const options of [{ workerUrl: new URL("./no-such-worker.js", import.meta.url) }, { assetsUrl: new URL("./no-such-folder/", import.meta.url) }]) {
      const lame = createEspeakEngine(options);
      await expect(drain(start("Hi", undefined, lame))).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE", retryable: false });
      await expect(lame.warmUp(new AbortController().signal)).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
      await lame.close();
    }
  });
});

describe("closing", () => {
  it("may be done twice, at any time, and ends what is being spoken", async () => {
    await engine.close();
    const busy = createEngine();
    const iterator = start(page, undefined, busy);
    await takeAudio(iterator, 1);
    const exit = new Promise((resolve) => workers[0]?.once("exit", resolve));
    await busy.close();
    await busy.close();
    await expect(drain(iterator)).rejects.toMatchObject({ code: "ABORTED" });
    await exit;
  });

  it("lets nothing more out, whatever was made already", async () => {
    await speaksAgain();
    const request: SynthesisRequest = { text: "Hello again.", ssml: false, format: engine.capabilities.formats[0]!, marks: ["word", "phoneme"], rate: 9 };
    const types = ["start", "warning", "mark", "pcm"];
    for (const type of types) {
      const other = createEngine();
      const done = answered();
      const iterator = other.synthesize(request, new AbortController().signal)[Symbol.asyncIterator]();
      for (let step = await iterator.next(); step.done !== true && step.value.type !== type;) step = await iterator.next();
      // Its worker has made all of it by now, so that closing finds no work to call off.
      await done;
      await other.close();
      await expect(iterator.next()).rejects.toMatchObject({ code: "ABORTED", engine: "espeak" });
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    }
    expect(workers).toHaveLength(1 + types.length);
  });

  it("refuses what comes after", async () => {
    await engine.close();
    await expect(drain(start("Hi"))).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE", message: expect.stringContaining("closed") as string });
    await expect(engine.voices(new AbortController().signal)).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
    await expect(engine.warmUp(new AbortController().signal)).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
    expect(workers).toEqual([]);
  });
});

describe("many requests in a row", () => {
  it("have one worker between them, however each of them ends", async () => {
    for (let round = 0; round < 20; round += 1) {
      const controller = new AbortController();
      const iterator = start(round % 4 === 0 ? "Hello again." : page, controller.signal);
      if (round % 4 === 0) expect(await drain(iterator)).toBeGreaterThan(10_000);
      else await takeAudio(iterator, round % 4);
      if (round % 4 === 1) controller.abort();
      else await iterator.return?.();
      if (round % 4 === 1) await expect(iterator.next()).rejects.toMatchObject({ code: "ABORTED" });
    }
    await speaksAgain();
    expect(workers).toHaveLength(1);
  });
});

describe("the process", () => {
  it("is kept alive by speech that is waited for, and not by an idle worker", async () => {
    const script = `
      import { createEngine } from ${JSON.stringify(builtIndex)};
      const engine = createEngine();
      const request = { text: "Hello there.", ssml: false, format: engine.capabilities.formats[0], marks: [] };
      let frames = 0;
      for await (const event of engine.synthesize(request, new AbortController().signal)) if (event.type === "pcm") frames += event.samples.length;
      const left = engine.synthesize({ ...request, text: request.text.repeat(100) }, new AbortController().signal);
      await left.next();
      console.log(frames);
    `;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { timeout: 25_000 });
    expect(Number(stdout)).toBeGreaterThan(10_000);
    expect(stderr).toBe("");
  });

  it("has its event loop free while a page is spoken", async () => {
    await engine.warmUp(new AbortController().signal);
    let turns = 0;
    const count = setInterval(() => (turns += 1), 1);
    const seconds = (await drain(start(page))) / 22_050;
    clearInterval(count);
    // The worker needs far more than 50 ms for a minute of speech; a blocked loop would not have turned at all.
    expect(seconds).toBeGreaterThan(60);
    expect(turns).toBeGreaterThan(10);
  });

  it("loads nothing before it is asked to", async () => {
    createEngine();
    await settled();
    expect(workers).toEqual([]);
  });
});

/** Counts the blocks of audio that the worker hands over from now on. */
function countBlocks(): () => number {
  let blocks = 0;
  workers[0]!.on("message", (reply: WorkerReply) => (blocks += reply.type === "events" ? reply.events.filter(({ type }) => type === "pcm").length : 0));
  return () => blocks;
}

/** Resolves when the next worker has answered a request to its end. */
function answered(): Promise<void> {
  return new Promise((resolve) => {
    process.once("worker", (worker) => void worker.on("message", (reply: WorkerReply) => {
      if (reply.type === "done") resolve();
    }));
  });
}

/** Gives the worker time to do what it can do. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 300));

/** The library, which destroys its own memory in the middle of the first text that it speaks. */
async function brokenLibrary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "parlando-espeak-"));
  await symlink(fileURLToPath(new URL("espeak-ng.data", library)), join(folder, "espeak-ng.data"));
  await cp(fileURLToPath(new URL("espeak-ng.js", library)), join(folder, "real.js"));
  await writeFile(join(folder, "package.json"), "{ \"type\": \"module\" }");
  await writeFile(join(folder, "once"), "");
  await writeFile(join(folder, "espeak-ng.js"), `
    import { existsSync, rmSync } from "node:fs";
    import create from "./real.js";
    const once = new URL("once", import.meta.url);
    export default async function (settings) {
      const module = await create(settings);
      const speak = module.eSpeakNGWorker.prototype.synthesize;
      module.eSpeakNGWorker.prototype.synthesize = function (text, callback) {
        let calls = 0;
        return speak.call(this, text, (samples, events) => {
          calls += 1;
          if (calls === 3 && existsSync(once)) {
            rmSync(once);
            new Uint8Array(module.HEAP8.buffer).fill(0xff);
          }
          return callback(samples, events);
        });
      };
      return module;
    }
  `);
  return folder;
}

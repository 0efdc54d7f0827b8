// What the cloud engines cost over what a program without them would write: first audio, processor time, calling off, a second turn.
//
//   node bench/cloud-overhead.bench.mjs [--runs 60] [--minutes 6] [--engines openai,elevenlabs,contexts,polly,azure] [--json]
//
// The fakes of the services are in another process on this machine. Each measure is taken of our engine, of a whole stream of core over it, and of
// the bare clients (`fetch` and `node:http`, `ws`, the vendor's SDK) in turn, so that what else the machine does meets all of them. First audio is the
// median from the call to the first bytes of audio, on a warm connection. A minute of audio is sent as fast as it is read, in blocks of 20 ms;
// processor time is of the reading process only, the least of all runs. Calling off is the median from the abort, `interrupt()`, or leaving the
// loop, until the server has seen it, with audio made in real time. Nothing asks for marks, so that both sides ask for the same.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createSpeechStream } from "@parlando/core";
import { azureClient, contextsClient, fetchClient, nodeClient, pollyClient } from "./lib/bare-clients.mjs";
import { importSource } from "./lib/import-source.mjs";
import { cpuMs, quantile, readOptions, report } from "./lib/options.mjs";

const options = readOptions({ runs: 60, minutes: 6, engines: "openai,elevenlabs,contexts,polly,azure" });
const { createOpenAIEngine } = await importSource("packages/cloud/src/openai/index.ts");
const { createElevenLabsEngine } = await importSource("packages/cloud/src/elevenlabs/index.ts");
const { createPollyEngine } = await importSource("packages/cloud/src/polly/index.ts");
const { createAzureEngine } = await importSource("packages/cloud/src/azure/index.ts");

const service = fork(fileURLToPath(new URL("lib/cloud-fakes.mjs", import.meta.url)));
const ask = (question) => {
  const answer = once(service, "message").then(([value]) => value);
  service.send(question);
  return answer;
};

const credentials = { accessKeyId: "k", secretAccessKey: "s" };
/** By service: its fake, our engine, and the bare clients. */
const services = {
  openai: { maker: "openai", rate: 24_000, engine: (url) => createOpenAIEngine({ apiKey: "k", baseURL: `${url}/v1`, formats: ["pcm"] }), bare: (url) => ({ fetch: fetchClient("openai", url), "node:http": nodeClient("openai", url) }) },
  elevenlabs: { maker: "elevenlabs", rate: 24_000, engine: (url) => createElevenLabsEngine({ apiKey: "k", baseURL: url, transport: "http", marks: false }), bare: (url) => ({ fetch: fetchClient("elevenlabs", url), "node:http": nodeClient("elevenlabs", url) }) },
  contexts: { maker: "elevenlabs", rate: 24_000, isSession: true, engine: (url) => createElevenLabsEngine({ apiKey: "k", baseURL: url, transport: "multi" }), bare: (url) => ({ ws: contextsClient(url) }) },
  polly: { maker: "polly", rate: 16_000, engine: (url) => createPollyEngine({ region: "us-east-1", endpoint: url, credentials, formats: ["pcm"], engine: "neural", voice: "Joanna" }), bare: (url) => ({ sdk: pollyClient(url) }) },
  azure: { maker: "azure", rate: 24_000, engine: (url) => createAzureEngine({ key: "k", endpoint: url }), bare: (url) => ({ sdk: azureClient(url) }) },
};

const short = "Good morning, this is a short answer.";
const minuteText = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
const never = new AbortController().signal;
const fakes = {
  short: { blockMs: 20 },
  minute: { blockMs: 20, msPerCharacter: 60_000 / (minuteText.length + 1) },
  endless: { blockMs: 20, msPerCharacter: 400, realTimeFactor: 1, closeContext: "cut" },
};

const requestOf = (engine, text) => ({ text, ssml: false, format: engine.capabilities.formats[0], marks: [] });

/** Audio of our engine: a request, or a turn of a session that stays open. */
function ourEngine(engine, isSession) {
  let session;
  async function* turn(text) {
    let events;
    if (session === undefined) {
      session = await engine.openSession(requestOf(engine, ""), never);
      events = session.events;
    } else events = session.nextTurn();
    const iterator = events[Symbol.asyncIterator]();
    void session.write(text).then(() => session.flush()).then(() => session.end());
    for await (const event of { [Symbol.asyncIterator]: () => iterator }) if (event.type === "audio") yield event.bytes;
  }
  async function* request(text, signal = never) {
    for await (const event of engine.synthesize(requestOf(engine, text), signal)) if (event.type === "audio") yield event.bytes;
  }
  return { speak: isSession ? turn : request, close: () => session?.close() };
}

/** Audio of a whole stream of core, as samples. */
function ourStream(engine) {
  return {
    async *speak(text, signal) {
      const stream = createSpeechStream({ engines: [{ engine }] }, { sink: "pull", signal, marks: [] });
      void stream.feed(text);
      stream.done();
      for await (const chunk of stream) yield chunk.samples;
    },
    close: () => {},
  };
}

async function openWays(name, kind) {
  const { maker, engine: make, bare, isSession = false } = services[name];
  const id = `${name} ${kind}`;
  const url = await ask({ ask: "open", id, maker, options: { key: "k", ...fakes[kind] } });
  const engine = make(url);
  return { id, engine, ways: { engine: ourEngine(engine, isSession), stream: ourStream(engine), ...bare(url) } };
}

async function closeWays({ engine, ways }) {
  for (const way of Object.values(ways)) await way.close();
  await engine.close();
}

async function firstAudioMs(way) {
  const beganAt = performance.now();
  let firstMs;
  for await (const bytes of way.speak(short)) firstMs ??= bytes.length > 0 ? performance.now() - beganAt : undefined;
  return firstMs;
}

async function minuteCpuMs(way, rate) {
  const before = process.cpuUsage();
  let length = 0;
  for await (const piece of way.speak(minuteText)) length += piece instanceof Float32Array ? 2 * piece.length : piece.length;
  const spent = cpuMs(before);
  const seconds = length / 2 / rate;
  if (seconds < 55 || seconds > 65) throw new Error(`A minute of audio was expected, and ${seconds.toFixed(1)} s came.`);
  return spent;
}

async function measure(ways, runs, work) {
  const values = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let run = -2; run < runs; run += 1) {
    for (const [name, way] of Object.entries(ways)) {
      const value = await work(way);
      if (run >= 0) values[name].push(value);
    }
  }
  return values;
}

const wall = () => performance.timeOrigin + performance.now();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const endlessText = "word ".repeat(20);

/** The ways to call off, each from running speech; gives when it was done. */
const callOffs = {
  async signal(engine) {
    const controller = new AbortController();
    const events = engine.synthesize(requestOf(engine, endlessText), controller.signal)[Symbol.asyncIterator]();
    for (let event = await events.next(); event.value.type !== "audio"; ) event = await events.next();
    const next = events.next().then(() => events.next(), () => undefined);
    next.catch(() => undefined);
    await pause(5);
    const at = wall();
    controller.abort();
    return at;
  },
  async interrupt(engine) {
    const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk: () => {}, marks: [] });
    const first = new Promise((resolve) => stream.on("chunk", resolve));
    stream.waitUntilDone().catch(() => undefined);
    void stream.feed(endlessText);
    stream.done();
    await first;
    await pause(5);
    const at = wall();
    void stream.interrupt();
    return at;
  },
  async leave(engine) {
    const stream = createSpeechStream({ engines: [{ engine }] }, { sink: "pull", marks: [] });
    stream.waitUntilDone().catch(() => undefined);
    void stream.feed(endlessText);
    stream.done();
    let at;
    for await (const chunk of stream) {
      await pause(5);
      at = chunk.samples.length > 0 ? wall() : undefined;
      break;
    }
    return at;
  },
};

async function measureCallOffs(name) {
  const opened = await openWays(name, "endless");
  const found = Object.fromEntries(Object.keys(callOffs).map((way) => [way, []]));
  for (let run = -2; run < options.runs / 3; run += 1) {
    for (const [way, callOff] of Object.entries(callOffs)) {
      const at = await callOff(opened.engine);
      const { atMs } = await ask({ ask: "when gone", id: opened.id });
      if (run >= 0) found[way].push(atMs - at);
    }
  }
  await closeWays(opened);
  return Object.fromEntries(Object.entries(found).map(([way, values]) => [way, quantile(values, 0.5)]));
}

/** First audio of a first and of a second turn of a new engine, and how many connections both took. */
async function measureTurns(name) {
  const { maker, engine: make, isSession = false } = services[name];
  const first = [];
  const second = [];
  let connections = 0;
  for (let run = 0; run < Math.max(5, options.runs / 6); run += 1) {
    const id = `${name} turns ${run}`;
    const url = await ask({ ask: "open", id, maker, options: { key: "k", ...fakes.short } });
    const engine = make(url);
    const way = ourEngine(engine, isSession);
    first.push(await firstAudioMs(way));
    second.push(await firstAudioMs(way));
    connections = Math.max(connections, await ask({ ask: "connections", id }));
    await way.close();
    await engine.close();
  }
  return { firstMs: quantile(first, 0.5), secondMs: quantile(second, 0.5), connections };
}

const medians = (values) => Object.fromEntries(Object.entries(values).map(([name, list]) => [name, quantile(list, 0.5)]));
const results = {};
for (const name of options.engines.split(",")) {
  const quick = await openWays(name, "short");
  const firstAudio = medians(await measure(quick.ways, options.runs, firstAudioMs));
  await closeWays(quick);
  const long = await openWays(name, "minute");
  const cpu = Object.fromEntries(Object.entries(await measure(long.ways, options.minutes, (way) => minuteCpuMs(way, services[name].rate))).map(([way, list]) => [way, Math.min(...list)]));
  await closeWays(long);
  const bare = Object.keys(quick.ways).filter((way) => way !== "engine" && way !== "stream");
  const ratios = Object.fromEntries(bare.map((way) => [way, { firstAudioMoreMs: firstAudio.engine - firstAudio[way], streamMoreMs: firstAudio.stream - firstAudio[way], cpuEngine: cpu.engine / cpu[way], cpuStream: cpu.stream / cpu[way] }]));
  results[name] = { firstAudioMs: firstAudio, cpuMsPerMinute: cpu, ratios, callOffMs: await measureCallOffs(name), turns: await measureTurns(name) };
}
// The fakes end with it.
service.disconnect();

report(options, { bench: "cloud-overhead", runs: options.runs, engines: results }, () => {
  const round = (values, digits) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value.toFixed(digits))]));
  for (const [name, { firstAudioMs: first, cpuMsPerMinute: cpu, ratios, callOffMs, turns }] of Object.entries(results)) {
    console.log(`\n${name}`);
    console.table({ "first audio ms": round(first, 3), "cpu ms / min": round(cpu, 1) });
    for (const [way, ratio] of Object.entries(ratios)) console.log(`over ${way}: first audio ${ratio.firstAudioMoreMs.toFixed(3)} ms more (stream ${ratio.streamMoreMs.toFixed(3)}), CPU ${ratio.cpuEngine.toFixed(2)}x (stream ${ratio.cpuStream.toFixed(2)}x)`);
    console.log(`seen by the server after: signal ${callOffMs.signal.toFixed(2)} ms, interrupt() ${callOffMs.interrupt.toFixed(2)} ms, leaving the loop ${callOffMs.leave.toFixed(2)} ms`);
    console.log(`first turn ${turns.firstMs.toFixed(2)} ms, second ${turns.secondMs.toFixed(2)} ms, connections ${turns.connections}`);
  }
});
process.exit(0);

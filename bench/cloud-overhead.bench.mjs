// What the cloud engines cost over what a program without them would write: first audio, processor time, calling off, a second turn.
//
//   node bench/cloud-overhead.bench.mjs [--runs 240] [--minutes 30] [--engines openai,elevenlabs,contexts,polly,azure,edge] [--json]
//
// The fakes of the services are in another process on this machine. Each measure is taken of our engine, of a whole stream of core over it, and of
// the bare clients (`fetch` and `node:http`, `ws`, the vendor's SDK) in turn, so that what else the machine does meets all of them. First audio is the
// median from the call to the first bytes of audio, on a warm connection. A minute of audio is sent as fast as it is read, in blocks of 20 ms;
// processor time is of the reading process only, the least of all runs. Calling off is the median from the abort, `interrupt()`, or leaving the
// loop, until the server has seen it (the connection reset or closed, or the message that cancels), with audio made in real time; the bare clients
// are called off by their signal, where they take one. Nothing asks for marks, so that both sides ask for the same: then ElevenLabs over HTTP is plain bytes.
//
// `contexts` is ElevenLabs' multi-context socket: one connection for all turns of ours and of `ws`; audio comes as base64 in JSON on both sides.
// `edge` is its unofficial service: both sides open a connection for each request, since the service takes one request on each, so that its first audio
// has that in it. Its audio is MP3. The engine hands it on as it comes, as `ws` does: these two are compared. A stream of core decodes it, which a bare
// client would have to do as well before it could be heard: so a stream is called off here, but its first audio and its processor time are not measured.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { openDecoder, openEncoder } from "@parlando/codecs";
import { createSpeechStream } from "@parlando/core";
import { azureClient, contextsClient, edgeClient, fetchClient, nodeClient, pollyClient } from "./lib/bare-clients.mjs";
import { importSource } from "./lib/import-source.mjs";
import { cpuMs, quantile, readOptions, report } from "./lib/options.mjs";

const options = readOptions({ runs: 240, minutes: 30, engines: "openai,elevenlabs,contexts,polly,azure,edge" });
const { createOpenAIEngine } = await importSource("packages/cloud/src/openai/index.ts");
const { createElevenLabsEngine } = await importSource("packages/cloud/src/elevenlabs/index.ts");
const { createPollyEngine } = await importSource("packages/cloud/src/polly/index.ts");
const { createEdgeEngine } = await importSource("packages/cloud/src/edge/index.ts");
const { createAzureEngine } = await importSource("packages/cloud/src/azure/index.ts");

const service = fork(fileURLToPath(new URL("lib/cloud-fakes.mjs", import.meta.url)));
const ask = (question) => {
  const answer = once(service, "message").then(([value]) => value);
  service.send(question);
  return answer;
};

const credentials = { accessKeyId: "k", secretAccessKey: "s" };
/** By service: its fake, our engine, and the bare clients. `rate` is bytes of audio a second; `streamDecodes`: a stream of core does more than the others. */
const services = {
  openai: { maker: "openai", rate: 48_000, engine: (url) => createOpenAIEngine({ apiKey: "k", baseURL: `${url}/v1`, formats: ["pcm"] }), bare: (url) => ({ fetch: fetchClient("openai", url), "node:http": nodeClient("openai", url) }) },
  elevenlabs: { maker: "elevenlabs", rate: 48_000, engine: (url) => createElevenLabsEngine({ apiKey: "k", baseURL: url, transport: "http", marks: false }), bare: (url) => ({ fetch: fetchClient("elevenlabs", url), "node:http": nodeClient("elevenlabs", url) }) },
  contexts: { maker: "elevenlabs", rate: 48_000, isSession: true, engine: (url) => createElevenLabsEngine({ apiKey: "k", baseURL: url, transport: "multi" }), bare: (url) => ({ ws: contextsClient(url) }) },
  polly: { maker: "polly", rate: 32_000, engine: (url) => createPollyEngine({ region: "us-east-1", endpoint: url, credentials, formats: ["pcm"], engine: "neural", voice: "Joanna" }), bare: (url) => ({ sdk: pollyClient(url) }) },
  azure: { maker: "azure", rate: 48_000, engine: (url) => createAzureEngine({ key: "k", endpoint: url }), bare: (url) => ({ sdk: azureClient(url) }) },
  edge: { maker: "edge", rate: 6000, streamDecodes: true, engine: (url) => createEdgeEngine({ baseURL: url }), bare: (url) => ({ ws: edgeClient(url) }) },
};

const short = "Good morning, this is a short answer.";
const minuteText = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
const never = new AbortController().signal;
const fakes = {
  short: { blockMs: 20 },
  minute: { blockMs: 20, msPerCharacter: 60_000 / (minuteText.length + 1) },
  endless: { blockMs: 20, msPerCharacter: 400, realTimeFactor: 1, closeContext: "flushed" },
};

const requestOf = (engine, text) => ({ text, ssml: false, format: engine.capabilities.formats[0], marks: [] });

const codecs = async () => ({ openDecoder, openEncoder });
const streamOver = (engine, options) => createSpeechStream({ engines: [{ engine }], codecs }, { ...options, marks: [] });

/** Begins a turn of a session: all of its text, and its events. */
function beginTurn(session, events, text) {
  // What goes wrong shows in the events.
  session.write(text).then(() => session.flush()).then(() => session.end()).catch(() => {});
  return events;
}

/** Audio of our engine: a request, or a turn of a session that stays open. */
function ourEngine(engine, isSession) {
  let session;
  const nextTurn = async () => {
    if (session !== undefined) return session.nextTurn();
    session = await engine.openSession(requestOf(engine, ""), never);
    return session.events;
  };
  return {
    async *speak(text, signal = never) {
      const events = isSession ? await nextTurn().then((turn) => beginTurn(session, turn, text)) : engine.synthesize(requestOf(engine, text), signal);
      for await (const event of events) if (event.type === "audio") yield event.bytes;
    },
    close: () => session?.close(),
  };
}

/** Audio of a whole stream of core, as samples. */
function ourStream(engine) {
  return {
    async *speak(text, signal) {
      const stream = streamOver(engine, { sink: "pull", signal });
      void stream.feed(text);
      stream.done();
      for await (const chunk of stream) yield chunk.samples;
    },
    close: () => {},
  };
}

/** A fake of its own, our engine for it, the ways that are compared, and the bare ones among them. */
async function openWays(name, kind) {
  const { maker, engine: make, bare: makeBare, isSession = false, streamDecodes = false } = services[name];
  const id = `${name} ${kind}`;
  const url = await ask({ ask: "open", id, maker, options: { key: "k", ...fakes[kind] } });
  const engine = make(url);
  const bare = makeBare(url);
  return { id, engine, bare, ways: { engine: ourEngine(engine, isSession), ...(streamDecodes ? {} : { stream: ourStream(engine) }), ...bare } };
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
  const seconds = length / rate;
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

const medians = (values) => Object.fromEntries(Object.entries(values).map(([name, list]) => [name, quantile(list, 0.5)]));
const wall = () => performance.timeOrigin + performance.now();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const endlessText = "word ".repeat(20);

/** Reads to the first audio, calls off when the next is being waited for, and gives when that was. */
async function callOffReading(audio, callOff) {
  const iterator = audio[Symbol.asyncIterator]();
  await iterator.next();
  const readOn = async () => {
    while ((await iterator.next()).done !== true);
  };
  readOn().catch(() => {});
  await pause(5);
  const at = wall();
  callOff();
  return at;
}

function callOffBySignal(speak) {
  const controller = new AbortController();
  return callOffReading(speak(controller.signal), () => controller.abort());
}

/** A session has the signal from its opening on. */
async function* speakInSession(engine, signal) {
  const session = await engine.openSession(requestOf(engine, ""), signal);
  try {
    for await (const event of beginTurn(session, session.events, endlessText)) if (event.type === "audio") yield event.bytes;
  } finally {
    await session.close();
  }
}

/** The ways to call off, each from running speech; gives when it was done. */
const callOffs = {
  signal: ({ engine }, isSession) => callOffBySignal((signal) => (isSession ? speakInSession(engine, signal) : ourEngine(engine, false).speak(endlessText, signal))),
  async interrupt({ engine }) {
    const stream = streamOver(engine, { onChunk: () => {} });
    const first = new Promise((resolve) => stream.on("chunk", resolve));
    const done = stream.waitUntilDone();
    done.catch(() => {});
    void stream.feed(endlessText);
    stream.done();
    // Speech that fails gives no chunk.
    await Promise.race([first, done]);
    await pause(5);
    const at = wall();
    void stream.interrupt();
    return at;
  },
  async leave({ engine }) {
    const stream = streamOver(engine, { sink: "pull" });
    stream.waitUntilDone().catch(() => {});
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

/** The bare clients, called off by their signal. */
const bareCallOffs = (bare) => Object.fromEntries(Object.entries(bare).flatMap(([name, way]) => (way.canAbort === false ? [] : [[name, () => callOffBySignal((signal) => way.speak(endlessText, signal))]])));

async function measureCallOffs(name) {
  const opened = await openWays(name, "endless");
  const all = { ...callOffs, ...bareCallOffs(opened.bare) };
  const found = Object.fromEntries(Object.keys(all).map((way) => [way, []]));
  for (let run = -2; run < options.runs / 3; run += 1) {
    for (const [way, callOff] of Object.entries(all)) {
      const at = await callOff(opened, services[name].isSession === true);
      const { state, atMs } = await ask({ ask: "when gone", id: opened.id });
      if (state === "active" || at === undefined) throw new Error(`${name}, called off by ${way}: the server has not seen it, or there was nothing to call off.`);
      if (run >= 0) found[way].push(atMs - at);
    }
  }
  await closeWays(opened);
  return medians(found);
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

/** What our engine costs over a bare client, and a stream of core where the two are comparable. */
function ratiosOver(way, firstAudio, cpu) {
  const ofEngine = { firstAudioMoreMs: firstAudio.engine - firstAudio[way], cpuEngine: cpu.engine / cpu[way] };
  return cpu.stream === undefined ? ofEngine : { ...ofEngine, streamMoreMs: firstAudio.stream - firstAudio[way], cpuStream: cpu.stream / cpu[way] };
}

const results = {};
for (const name of options.engines.split(",")) {
  const quick = await openWays(name, "short");
  const firstAudio = medians(await measure(quick.ways, options.runs, firstAudioMs));
  await closeWays(quick);
  const long = await openWays(name, "minute");
  const cpu = Object.fromEntries(Object.entries(await measure(long.ways, options.minutes, (way) => minuteCpuMs(way, services[name].rate))).map(([way, list]) => [way, Math.min(...list)]));
  await closeWays(long);
  const ratios = Object.fromEntries(Object.keys(quick.bare).map((way) => [way, ratiosOver(way, firstAudio, cpu)]));
  results[name] = { firstAudioMs: firstAudio, cpuMsPerMinute: cpu, ratios, callOffMs: await measureCallOffs(name), turns: await measureTurns(name) };
}
// The fakes end with it.
service.disconnect();

report(options, { bench: "cloud-overhead", runs: options.runs, engines: results }, () => {
  const round = (values, digits) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value.toFixed(digits))]));
  for (const [name, { firstAudioMs: first, cpuMsPerMinute: cpu, ratios, callOffMs, turns }] of Object.entries(results)) {
    console.log(`\n${name}`);
    console.table({ "first audio ms": round(first, 3), "cpu ms / min": round(cpu, 1) });
    for (const [way, ratio] of Object.entries(ratios)) {
      const { firstAudioMoreMs, streamMoreMs, cpuEngine, cpuStream } = ratio;
      const ofStream = cpuStream === undefined ? "" : `; a stream ${streamMoreMs.toFixed(3)} ms more, CPU ${cpuStream.toFixed(2)}x`;
      console.log(`engine over ${way}: first audio ${firstAudioMoreMs.toFixed(3)} ms more, CPU ${cpuEngine.toFixed(2)}x${ofStream}`);
    }
    const { signal, interrupt, leave, ...bare } = callOffMs;
    console.log(`seen by the server after: signal ${signal.toFixed(2)} ms, interrupt() ${interrupt.toFixed(2)} ms, leaving the loop ${leave.toFixed(2)} ms${Object.entries(bare).map(([way, ms]) => `; ${way} by its signal ${ms.toFixed(2)} ms`).join("")}`);
    console.log(`first turn ${turns.firstMs.toFixed(2)} ms, second ${turns.secondMs.toFixed(2)} ms, connections ${turns.connections}`);
  }
});
process.exit(0);

// A server in a process of its own, so that its processor time and memory are its alone. Started by served.mjs, which tells it in its first argument what to serve:
// lane "parlando": the whole of Parlando under `createServer`; lane "bare": `node:http`. Answers questions over IPC; SIGTERM drains.

import { readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createBareServer, createNoiseEngine } from "./noise-engine.mjs";
import { makeAllNoise } from "./noise.mjs";

const order = JSON.parse(process.argv[2]);
makeAllNoise();
const serving = order.lane === "bare" ? await serveBare() : await serveParlando();
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

async function serveParlando() {
  const [{ createServer }, { createTTS }] = await Promise.all([import("@parlando/server"), import("parlando")]);
  const engine = createNoiseEngine(order.pace);
  const tts = await createTTS({ engine });
  const many = 1_000_000;
  const limits = { concurrency: many, concurrencyPerCaller: many, sockets: many, socketsPerCaller: many, maxConnections: many, ...order.limits };
  const server = await createServer(tts, { ...order.options, limits });
  const { port } = await server.listen({ port: order.port ?? 0 });
  return { port, counts: engine.counts, drain: async (graceMs) => (await server.drain({ graceMs }), await server.close(), await tts.close()) };
}

async function serveBare() {
  const { server, counts } = createBareServer(order.pace);
  await new Promise((resolve) => server.listen(order.port ?? 0, "127.0.0.1", resolve));
  return { port: server.address().port, counts, drain: () => new Promise((resolve) => server.close(resolve)) };
}

/** `fds`: open files and sockets, where the system tells (Linux). */
function look() {
  const resources = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const found = { cpu: process.cpuUsage(), atMs: performance.now(), memory: { rss, heapUsed, external, arrayBuffers }, resources, fds: fileDescriptors(), ...serving.counts, loopDelayMs: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 } };
  delay.reset();
  return found;
}

function fileDescriptors() {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return 0;
  }
}

/** Twice, with time between: what was given up in the first may be freed in the second. */
async function collect() {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

process.on("message", async (question) => {
  if (question === "collect") await collect();
  process.send(look());
});
process.on("disconnect", () => process.exit(0));
process.once("SIGTERM", () => {
  void serving.drain(order.graceMs ?? 60_000).then(() => process.exit(0), () => process.exit(1));
});
process.send({ port: serving.port });

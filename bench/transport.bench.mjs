// What the HTTP transport of the cloud engines costs: first byte, processor time, abort, and what is taken from the wire by a reader that stops.
//
//   node bench/transport.bench.mjs [--runs 40] [--minutes 40] [--json]
//
// The service is another process on this machine. Each measure is taken of our stream, of bare `node:http` and of `fetch` in turn in this
// process, so that what else the machine does meets all three. Audio is 24 kHz, 16 bit, mono, in chunks of 20 ms (960 bytes). A minute of it
// is sent as fast as it is read, in writes of 20 ms each a turn of the event loop apart, as a service's chunks arrive; processor time is of
// the reading process only, the least of all runs. First byte is the median from the call to the first byte of the body, on a warm connection.

import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { fileURLToPath } from "node:url";
import { importSource } from "./lib/import-source.mjs";
import { cpuMs, quantile, readOptions, report } from "./lib/options.mjs";

const options = readOptions({ runs: 40, minutes: 40 });
const MINUTE_BYTES = 60 * 24_000 * 2;
const { createHttpClient } = await importSource("packages/cloud/src/transport/http-audio-stream.ts");

const service = fork(fileURLToPath(new URL("lib/transport-service.mjs", import.meta.url)));
const [{ port }] = await once(service, "message");
const ask = (question) => {
  const answer = once(service, "message").then(([value]) => value);
  service.send(question);
  return answer;
};
const address = (path) => `http://127.0.0.1:${port}${path}`;

const client = createHttpClient({ engine: "bench" });
const agent = new Agent({ keepAlive: true });
const never = new AbortController().signal;

/** Each way to ask: gives an async iterable of bytes. */
const ways = {
  ours: async (path, signal = never) => (await client.open({ doing: "Measuring", url: address(path), body: "{}", signal })).body,
  "node:http": (path, signal) =>
    new Promise((resolve, reject) => {
      const request = httpRequest(address(path), { method: "POST", agent, signal }, resolve);
      request.on("error", reject);
      request.end("{}");
    }),
  fetch: async (path, signal) => (await fetch(address(path), { method: "POST", body: "{}", signal })).body,
};

async function readAll(body) {
  let length = 0;
  for await (const bytes of body) length += bytes.length;
  return length;
}

async function firstByteMs(open) {
  const beganAt = performance.now();
  let firstMs;
  for await (const bytes of await open("/short")) firstMs ??= bytes.length > 0 ? performance.now() - beganAt : undefined;
  return firstMs;
}

async function minuteCpuMs(open) {
  const before = process.cpuUsage();
  const length = await readAll(await open("/minute"));
  const spent = cpuMs(before);
  if (length !== MINUTE_BYTES) throw new Error(`Expected ${MINUTE_BYTES} bytes, got ${length}.`);
  return spent;
}

/** From the abort until the service sees the end of the connection, on the clock that all processes share. */
async function abortMs(open) {
  const controller = new AbortController();
  const body = await open("/endless", controller.signal);
  const iterator = body[Symbol.asyncIterator]();
  await iterator.next();
  const gone = ask("when gone");
  const pending = iterator.next().catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const abortedAt = performance.timeOrigin + performance.now();
  controller.abort();
  const seenAt = await gone;
  await pending;
  return seenAt - abortedAt;
}

/** Bytes that the service got rid of while the reader has taken one piece and stands still. */
async function aheadBytes(open) {
  const controller = new AbortController();
  const body = await open("/flood", controller.signal);
  const iterator = body[Symbol.asyncIterator]();
  const { value } = await iterator.next();
  await new Promise((resolve) => setTimeout(resolve, 800));
  const ahead = (await ask("sent")) - value.length;
  const gone = ask("when gone");
  controller.abort();
  await iterator.next().catch(() => undefined);
  await gone;
  return ahead;
}

async function measure(runs, work) {
  const values = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let run = -2; run < runs; run += 1) {
    for (const [name, open] of Object.entries(ways)) {
      const value = await work(open);
      if (run >= 0) values[name].push(value);
    }
  }
  return values;
}

const each = (values, pick) => Object.fromEntries(Object.entries(values).map(([name, list]) => [name, pick(list)]));
const median = (list) => quantile(list, 0.5);

const firstByte = each(await measure(options.runs * 5, firstByteMs), median);
const cpu = each(await measure(options.minutes, minuteCpuMs), (list) => Math.min(...list));
const abort = each(await measure(options.runs, abortMs), median);
const ahead = each(await measure(2, aheadBytes), (list) => Math.max(...list));

await client.close();
agent.destroy();
service.disconnect();

const result = {
  bench: "transport",
  runs: options.runs,
  firstByteMs: firstByte,
  cpuMsPerMinute: cpu,
  abortMs: abort,
  aheadBytes: ahead,
  ratios: { cpuOverNode: cpu.ours / cpu["node:http"], cpuOverFetch: cpu.ours / cpu.fetch, firstByteOverFetchMs: firstByte.ours - firstByte.fetch },
};
report(options, result, () => {
  console.table(Object.fromEntries(Object.keys(ways).map((name) => [name, { "first byte ms": Number(firstByte[name].toFixed(3)), "cpu ms / min": Number(cpu[name].toFixed(1)), "abort seen ms": Number(abort[name].toFixed(2)), "ahead MB": Number((ahead[name] / 1e6).toFixed(2)) }])));
  console.log(`CPU ours / node:http ${result.ratios.cpuOverNode.toFixed(2)}, first byte ours - fetch ${result.ratios.firstByteOverFetchMs.toFixed(3)} ms`);
});
process.exit(0);

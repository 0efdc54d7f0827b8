// Many listeners who come whether those before them are done or not (open loop, Poisson): a thread of its own, so that their work is not the measuring process's.
//
// As a worker it gets `order`, and posts what each of them heard when the last has ended.

import { Agent } from "node:http";
import { setTimeout as rest } from "node:timers/promises";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { makeAllNoise, SEEDS } from "./noise.mjs";
import { listen } from "./listener.mjs";

/**
 * Lets listeners come for `forMs`.
 *
 * @param {{ port: number, perSecond: number, forMs: number, durationMs: number, seed: number, leaveShare?: number, keepAlive?: boolean, path?: string, headers?: object }} order
 *   `leaveShare`: how many of them hang up in the middle.
 */
export async function comeAndListen({ port, host, perSecond, forMs, durationMs, seed, leaveShare = 0, keepAlive = false, path, headers }) {
  makeAllNoise();
  const agent = keepAlive ? new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY }) : undefined;
  const random = createRandom(seed);
  const beganAt = performance.now();
  const listening = [];
  for (let dueAt = beganAt, index = 0; ; index += 1) {
    dueAt += (-Math.log(1 - random()) * 1000) / perSecond;
    if (dueAt - beganAt > forMs) break;
    const leftMs = dueAt - performance.now();
    if (leftMs > 1) await rest(leftMs);
    const manner = random() < leaveShare ? "leave" : "all";
    listening.push(listen({ host, port, path, headers, agent, dueAt, durationMs, manner, seed: index % SEEDS }).then((heard) => ({ ...heard, arrivedMs: dueAt - beganAt, manner })));
  }
  const heard = await Promise.all(listening);
  agent?.destroy();
  return heard;
}

/** Uniform in [0, 1) (mulberry32, by Tommy Ettinger). */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

if (!isMainThread && workerData?.isListeners === true) parentPort.postMessage(await comeAndListen(workerData.order));

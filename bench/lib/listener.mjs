// One listener: asks for noise, and compares every byte that comes with what must come.

import { request } from "node:http";
import { createListenerClock } from "./listener-clock.mjs";
import { BYTES_PER_MS, createNoise, noiseText } from "./noise.mjs";

/**
 * Listens to one utterance.
 *
 * @param {{ host?: string, port: number, seed: number, durationMs: number, path?: string, manner?: "all" | "leave" | "stall", agent?: import("node:http").Agent, dueAt?: number, headers?: object, signal?: AbortSignal }} order
 *   `manner`: "leave" hangs up in the middle; "stall" takes the first audio, then nothing until `signal`. `dueAt`: when it should have begun, by `performance.now()`.
 * @returns {Promise<{ firstMs?: number, wrongBytes: number, lostBytes: number, end: "complete" | "left" | "broken" | "refused", status?: number, clocks: object[] }>}
 */
export function listen({ host = "127.0.0.1", port, seed, durationMs, path = "/v1/audio/speech", manner = "all", agent, dueAt = performance.now(), headers, signal }) {
  const noise = createNoise(seed, durationMs * BYTES_PER_MS);
  const clock = createListenerClock();
  const heard = { firstMs: undefined, wrongBytes: 0, bytes: 0, status: undefined };
  const body = JSON.stringify({ model: "default", voice: "alloy", input: noiseText(seed, durationMs), response_format: "pcm" });

  return new Promise((resolve) => {
    let isOver = false;
    const finish = (end) => {
      if (isOver) return;
      isOver = true;
      signal?.removeEventListener("abort", leave);
      resolve({ ...heard, lostBytes: noise.bytes - heard.bytes, end, clocks: clock.ended() });
    };
    const leave = () => {
      finish("left");
      asked.destroy();
    };
    const take = (bytes) => {
      const now = performance.now();
      heard.firstMs ??= now - dueAt;
      if (!noise.matches(heard.bytes, bytes)) heard.wrongBytes += countWrong(noise, heard.bytes, bytes);
      heard.bytes += bytes.length;
      clock.arrived(now, bytes.length / BYTES_PER_MS);
    };
    const asked = request({ host, port, path, method: "POST", agent: agent ?? false, headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers } }, (response) => {
      heard.status = response.statusCode;
      if (response.statusCode !== 200) {
        response.resume();
        return finish("refused");
      }
      response.on("data", (bytes) => {
        take(bytes);
        if (manner === "leave" && heard.bytes >= noise.bytes / 2) leave();
        if (manner === "stall") response.pause();
      });
      response.on("end", () => finish("complete"));
      response.on("error", () => finish("broken"));
      response.on("close", () => finish("broken"));
    });
    asked.on("error", () => finish("broken"));
    signal?.addEventListener("abort", leave);
    asked.end(body);
  });
}

/** Bytes that are not what they should be; those beyond the end count as wrong. */
function countWrong(noise, from, bytes) {
  const within = Math.max(0, Math.min(bytes.length, noise.bytes - from));
  const expected = noise.read(from, from + within);
  let wrong = bytes.length - within;
  for (let at = 0; at < within; at += 1) if (bytes[at] !== expected[at]) wrong += 1;
  return wrong;
}

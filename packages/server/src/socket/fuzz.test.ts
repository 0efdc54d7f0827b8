import { createRandom, createScriptedEngine, numberedText, type Random } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createServer } from "../create-server.ts";
import { serveEngines } from "../testing/served-scripted.ts";
import { openPlainClient, type PlainClient } from "./plain-client.test-helper.ts";

const LAST = ["speech.done", "speech.interrupted", "speech.failed"];
const WINDOW_MS = 150;
const WINDOW_FRAMES = WINDOW_MS * 24;

/** One client that says what comes to its mind, within the protocol. */
class Talker {
  readonly #client: PlainClient;
  readonly #random: Random;
  readonly #open = new Map<number, { text: string; isDone: boolean; played: number }>();
  #last = 0;
  #seen = 0;

  constructor(client: PlainClient, random: Random) {
    this.#client = client;
    this.#random = random;
  }

  /** Does one thing, after looking at what has come. */
  act(): void {
    this.look();
    const ids = [...this.#open.keys()];
    const id = ids[this.#random.integer(0, Math.max(0, ids.length - 1))];
    const choice = this.#random.integer(0, 9);
    if (id === undefined || (choice === 0 && ids.length < 4)) return this.#start();
    const utterance = this.#open.get(id);
    if (utterance === undefined) return;
    if (choice <= 3 && !utterance.isDone) this.#client.say({ type: "input.text", utterance: id, text: numberedText({ words: this.#random.integer(1, 6) }) + " ".repeat(this.#random.integer(0, 2)) });
    else if (choice === 4 && !utterance.isDone) this.#client.say({ type: "input.flush", utterance: id });
    else if (choice === 5) this.#done(id);
    else if (choice === 6) this.#client.say({ type: "speech.interrupt", utterance: id, ...(this.#random.next() < 0.5 && { playedFrame: this.#random.integer(0, 20_000) }) });
    else this.play(id);
  }

  /** Tells of some of what came that it was played. */
  play(id: number, share: number = this.#random.next()): void {
    const utterance = this.#open.get(id);
    const end = this.#endOf(id);
    if (utterance === undefined || end === utterance.played) return;
    utterance.played += Math.ceil((end - utterance.played) * share);
    this.#client.say({ type: "speech.played", utterance: id, frame: utterance.played });
  }

  /** Ends all that is open, and plays until nothing is. */
  async finish(): Promise<void> {
    for (const id of [...this.#open.keys()]) this.#done(id);
    while (this.#open.size > 0) {
      for (const id of [...this.#open.keys()]) this.play(id, 1);
      await new Promise<void>((resolve) => {
        this.#client.socket.once("pong", () => resolve());
        this.#client.socket.ping();
      });
      this.look();
    }
  }

  /** Checks what came since: frames within the window, and nothing behind an end. */
  look(): void {
    for (; this.#seen < this.#client.told.length; this.#seen += 1) {
      const message = this.#client.told[this.#seen];
      if (message?.utterance === undefined) continue;
      const utterance = this.#open.get(message.utterance);
      expect(utterance, `a message ${message.type} behind the end`).toBeDefined();
      if (LAST.includes(message.type)) this.#open.delete(message.utterance);
    }
    for (const [id, { played }] of this.#open) expect(this.#endOf(id)).toBeLessThanOrEqual(played + WINDOW_FRAMES);
  }

  #start(): void {
    this.#last += this.#random.integer(1, 3);
    this.#open.set(this.#last, { text: "", isDone: false, played: 0 });
    this.#client.say({ type: "speech.start", utterance: this.#last, windowMs: WINDOW_MS });
  }

  #done(id: number): void {
    const utterance = this.#open.get(id);
    if (utterance === undefined || utterance.isDone) return;
    utterance.isDone = true;
    this.#client.say({ type: "input.done", utterance: id });
  }

  #endOf(id: number): number {
    const last = this.#client.audioOf(id).at(-1);
    return last === undefined ? 0 : last.startFrame + last.bytes.length / 2;
  }
}

describe("a client that says anything within the protocol", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])("gets one end for each utterance, nothing behind it, and never more than the window (seed %i)", async (seed) => {
    const random = createRandom(seed);
    const engine = createScriptedEngine({
      wordMs: 60,
      chunkMs: [3, 50],
      realTimeFactor: seed % 3 === 0 ? 0.05 : 0,
      fault: () => (random.next() < 0.08 ? { kind: "error", code: "SERVICE", retryable: false, afterMs: random.integer(0, 400) } : undefined),
    });
    await using server = await createServer(serveEngines([engine]), { highWaterMs: 200 });
    const { url } = await server.listen();
    const client = await openPlainClient(url, { plays: false });
    const talker = new Talker(client, random);
    for (let step = 0; step < 150; step += 1) {
      talker.act();
      if (random.next() < 0.4) await new Promise((resolve) => setImmediate(resolve));
    }
    if (seed % 4 === 0) client.socket.terminate();
    else {
      await talker.finish();
      expect(client.all("error")).toEqual([]);
      await client.close();
    }
    await client.closed;
    // The server learns of it later, and an engine rests between two segments: places tell.
    const running = async (): Promise<number> => ((await (await fetch(`${url}/stats`)).json()) as { running: number }).running;
    await expect.poll(running, { timeout: 30_000 }).toBe(0);
    await expect.poll(() => engine.activeRequests, { timeout: 10_000 }).toBe(0);
  }, 60_000);
});

// What the tests of the player do in a page. Each opens a player with a tap behind it, and hands over what was heard.

import { createSpeechStream, type SpeechStream, type StreamReport } from "@parlando/core";
import { createScriptedEngine, runSinkChecks, type ScriptedEngineOptions } from "@parlando/testkit";
import { createPlayer, createSpeechClient, type Player, type PlayerOptions, type PlayerSink, type PlayerSinkOptions, type PlayerStatistics } from "@parlando/web";
import { base64Of } from "../page/base64.ts";
import { shownError, type ShownError } from "../page/shown-error.ts";
import { feed, type FeedOrder } from "./feed.ts";
import { noise } from "./noise.ts";
import { openTap, type Tap, type Tapped } from "./tap.ts";

/** What was heard, and what the player says of it. */
export interface Heard<Extra = object> {
  readonly tapped: Tapped;
  readonly statistics: PlayerStatistics;
  readonly sampleRate: number;
  /** Contexts that this page has made so far. */
  readonly contexts: number;
  readonly extra: Extra;
}

let contexts = 0;
const PlainContext = AudioContext;
globalThis.AudioContext = class extends PlainContext {
  constructor(options?: AudioContextOptions) {
    super(options);
    contexts += 1;
  }
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** So many silent quanta mean that nothing more comes: 200 ms. */
const silentQuanta = 38;

async function hear<Extra>(options: PlayerOptions, play: (player: Player, tap: Tap) => Promise<Extra>): Promise<Heard<Extra>> {
  const player = createPlayer(options);
  try {
    player.unlock();
    const tap = await openTap(player.context, player.output);
    const extra = await play(player, tap);
    await tap.untilSilent(silentQuanta);
    return { tapped: await tap.read(), statistics: player.statistics(), sampleRate: player.sampleRate, contexts, extra };
  } finally {
    await player.close();
  }
}

/** Waits on the audio clock, which may run slower than the wall's. */
async function untilTime(player: Player, time: number): Promise<void> {
  while (player.context.currentTime < time) await sleep(5);
}

async function untilPlayed(sink: PlayerSink, frames: number): Promise<void> {
  while ((sink.playedFrames() ?? 0) < frames) await sleep(2);
}

/** One stream. */
export interface PlayOrder {
  readonly seed: number;
  readonly frames: number;
  readonly feed: FeedOrder;
  readonly player?: PlayerOptions | undefined;
  readonly sink?: PlayerSinkOptions | undefined;
  /** Keeps the page's thread busy for so long, when so many frames were played. */
  readonly block?: { readonly atFrame: number; readonly ms: number } | undefined;
  /** Nothing comes for so long, on the audio clock, after so many frames have run out. */
  readonly stall?: { readonly atFrame: number; readonly ms: number } | undefined;
  /** Held for so long, each time that so many frames were played. */
  readonly pauses?: readonly { readonly atFrame: number; readonly ms: number }[] | undefined;
}

/** What became of one stream. */
export interface Played {
  readonly playedFrames: number | undefined;
  readonly lateMs: number;
  /** What was held when the page began to be busy, and for how long it was. */
  readonly heldMs: number;
  readonly blockedMs: number;
  /** How far the playhead went during pauses. */
  readonly movedInPause: number;
}

function play(order: PlayOrder): Promise<Heard<Played>> {
  return hear(order.player ?? {}, async (player) => {
    const sink = player.createSink(order.sink);
    const feeding = feedWithStall(player, sink, order);
    const blocking = block(player, sink, order);
    const pausing = pauseAll(sink, order);
    const [lateMs, blocked, movedInPause] = await Promise.all([feeding, blocking, pausing]);
    return { playedFrames: sink.playedFrames(), lateMs, ...blocked, movedInPause };
  });
}

async function feedWithStall(player: Player, sink: PlayerSink, order: PlayOrder): Promise<number> {
  const samples = noise(order.frames, order.seed);
  const cut = order.stall?.atFrame ?? samples.length;
  let { lateMs } = await feed(sink, samples.slice(0, cut), order.feed);
  if (order.stall !== undefined) {
    // What is held back to fade out stays.
    while (player.statistics().bufferedMs > 6) await sleep(5);
    await untilTime(player, player.context.currentTime + order.stall.ms / 1000);
    lateMs = Math.max(lateMs, (await feed(sink, samples.slice(cut), order.feed)).lateMs);
  }
  await sink.end();
  return lateMs;
}

async function block(player: Player, sink: PlayerSink, order: PlayOrder): Promise<Pick<Played, "heldMs" | "blockedMs">> {
  if (order.block === undefined) return { heldMs: 0, blockedMs: 0 };
  await untilPlayed(sink, order.block.atFrame);
  const heldMs = player.statistics().bufferedMs;
  const startedAt = performance.now();
  while (performance.now() - startedAt < order.block.ms);
  return { heldMs, blockedMs: performance.now() - startedAt };
}

async function pauseAll(sink: PlayerSink, order: PlayOrder): Promise<number> {
  let moved = 0;
  for (const { atFrame, ms } of order.pauses ?? []) {
    await untilPlayed(sink, atFrame);
    await sink.pause();
    const before = sink.playedFrames() ?? 0;
    await sleep(ms);
    moved += (sink.playedFrames() ?? 0) - before;
    await sink.resume();
  }
  return moved;
}

/** Streams one after the other, each as long as the last but one frame more: ends fall anywhere in a quantum. */
function playMany({ count, frames }: { readonly count: number; readonly frames: number }): Promise<Heard<{ readonly livesAfter: number }>> {
  return hear({}, async (player) => {
    for (let index = 0; index < count; index += 1) {
      const sink = player.createSink();
      await feed(sink, noise(frames + index, index + 1), { chunkFrames: [700, 1] });
      await sink.end();
      await sink.close();
    }
    return { livesAfter: player.statistics().bufferedMs };
  });
}

/** A stream that was stopped. */
export interface Stopped {
  /** Frame of the context at which `clear` was called. */
  readonly askedFrame: number;
  /** What it answered. */
  readonly firstNotPlayed: number;
}

function stop({ count }: { readonly count: number }): Promise<Heard<readonly Stopped[]>> {
  return hear({}, async (player, tap) => {
    const stopped: Stopped[] = [];
    for (let index = 0; index < count; index += 1) {
      const sink = player.createSink();
      const fed = feed(sink, noise(48_000, index + 1), { chunkFrames: [2_400] }).catch(() => undefined);
      await untilPlayed(sink, 1_000 + 97 * index);
      const askedFrame = Math.round(player.context.currentTime * player.sampleRate);
      stopped.push({ askedFrame, firstNotPlayed: await sink.clear() });
      await fed;
      await tap.untilSilent(silentQuanta);
    }
    return stopped;
  });
}

/** Speech through core: of a scripted engine in the page, or of a server. */
export interface SpeakOrder {
  readonly pieces: readonly string[];
  readonly engine?: ScriptedEngineOptions | undefined;
  readonly url?: string | undefined;
  readonly player?: PlayerOptions | undefined;
  readonly sink?: PlayerSinkOptions | undefined;
  readonly interruptAfterMs?: number | undefined;
}

/** What became of it. */
export interface Spoken {
  readonly report: StreamReport;
  readonly heardUntil: number | undefined;
  readonly playedFrames: number | undefined;
  /** What core has handed to the player: Float32 in base64. */
  readonly handed: string;
}

function speak(order: SpeakOrder): Promise<Heard<Spoken>> {
  return hear(order.player ?? {}, async (player) => {
    const sink = player.createSink(order.sink);
    const source = openSource(order);
    const stream = source.createStream(sink);
    const handed: Uint8Array[] = [];
    stream.on("chunk", (chunk) => void handed.push(chunk.bytes("pcm-f32le")));
    for (const piece of order.pieces) await stream.feed(piece);
    stream.done();
    const heardUntil = order.interruptAfterMs === undefined ? undefined : await interruptAt(stream, sink, (order.interruptAfterMs * player.sampleRate) / 1000);
    const report = await stream.waitUntilDone();
    const playedFrames = sink.playedFrames();
    await source.close();
    return { report, heardUntil, playedFrames, handed: base64Of(handed) };
  });
}

function openSource({ url, engine: options }: SpeakOrder): { createStream(sink: PlayerSink): SpeechStream; close(): Promise<void> } {
  if (url !== undefined) {
    const client = createSpeechClient({ url });
    return { createStream: (sink) => client.createStream({ sink }), close: () => client.close() };
  }
  const engine = createScriptedEngine(options);
  return { createStream: (sink) => createSpeechStream({ engines: [{ engine }] }, { sink }), close: () => engine.close() };
}

async function interruptAt(stream: SpeechStream, sink: PlayerSink, frames: number): Promise<number> {
  await untilPlayed(sink, frames);
  return (await stream.interrupt()).heardUntil;
}

/** The checks of the testkit, on sinks of one player. */
async function checkSink(): Promise<readonly { readonly name: string; readonly error: string | undefined }[]> {
  await using player = createPlayer();
  player.unlock();
  const results = await runSinkChecks(() => player.createSink());
  return results.map(({ name, error }) => ({ name, error: error === undefined ? undefined : error instanceof Error ? error.message : "no Error" }));
}

/** What the player tells of itself while it plays. */
export interface Told {
  readonly levels: readonly number[];
  readonly levelsAfterStop: number;
  readonly tellings: number;
  readonly states: readonly string[];
  readonly mediaStates: readonly string[];
  readonly title: string | undefined;
  readonly titleAfterClose: string | undefined;
  readonly stops: number;
}

async function tellOfItself(): Promise<Told> {
  const session = navigator.mediaSession;
  const actions = new Map<string, MediaSessionActionHandler | null>();
  const setActionHandler = session.setActionHandler.bind(session);
  session.setActionHandler = (action, handler) => {
    actions.set(action, handler);
    setActionHandler(action, handler);
  };
  let stops = 0;
  const player = createPlayer({ mediaSession: { title: "A story", onStop: () => void (stops += 1) } });
  const states: string[] = [player.state];
  player.unlock();
  const mediaStates: string[] = [session.playbackState];
  let tellings = 0;
  player.subscribe(() => void (tellings += 1));
  const levels: number[] = [];
  const stopLevel = player.subscribeLevel(({ peak }) => levels.push(peak), 50);
  const sink = player.createSink();
  await feed(sink, noise(24_000, 3), { chunkFrames: [2_400] });
  const ended = sink.end();
  await untilPlayed(sink, 6_000);
  states.push(player.state);
  const press = async (action: MediaSessionAction): Promise<void> => {
    actions.get(action)?.({ action });
    await sleep(1);
    mediaStates.push(session.playbackState);
  };
  await press("play");
  await press("pause");
  await press("play");
  await press("stop");
  stopLevel();
  await ended;
  const heard = levels.length;
  const title = session.metadata?.title;
  await sink.close();
  mediaStates.push(session.playbackState);
  await player.close();
  states.push(player.state);
  return { levels, levelsAfterStop: levels.length - heard, tellings, states, mediaStates, title, titleAfterClose: session.metadata?.title, stops };
}

/** What a player without and one with `workletUrl` make of this page. */
async function tryWorklet({ workletUrl }: { readonly workletUrl?: string | undefined }): Promise<{ readonly error: ShownError | undefined }> {
  await using player = createPlayer({ workletUrl });
  player.unlock();
  const sink = player.createSink();
  try {
    await feed(sink, noise(2_400, 1), { chunkFrames: [2_400] });
    await sink.end();
    return { error: undefined };
  } catch (error) {
    return { error: shownError(error) };
  }
}

/** What became of the context between two streams. */
export interface Rested {
  readonly state: string;
  readonly contextState: string;
  /** How far its clock went while it was suspended, in seconds. */
  readonly movedS: number;
}

/** One stream, then nothing until the context has been suspended, then another. The tap hears whatever is played. */
function rest({ frames, idleMs }: { readonly frames: number; readonly idleMs: number }): Promise<Heard<Rested>> {
  return hear({ idleMs }, async (player) => {
    await playNoise(player, { frames, seed: 21 });
    while (player.context.state === "running") await sleep(20);
    const before = player.context.currentTime;
    await sleep(300);
    const rested = { state: player.state, contextState: player.context.state, movedS: player.context.currentTime - before };
    await playNoise(player, { frames, seed: 22 });
    return rested;
  });
}

async function playNoise(player: Player, { frames, seed }: { readonly frames: number; readonly seed: number }): Promise<void> {
  const sink = player.createSink();
  await feed(sink, noise(frames, seed), { chunkFrames: [2_400] });
  await sink.end();
  await sink.close();
}

/** Two players in one context of the app's, at the same time: the worklet's module is there once, and the context stays. */
function playTwo({ frames }: { readonly frames: number }): Promise<Heard<{ readonly stateAfter: string }>> {
  return hear({}, async (first) => {
    const second = createPlayer({ context: first.context });
    second.output.disconnect();
    second.output.connect(first.output);
    const play = async (player: Player, seed: number, gain: number): Promise<void> => {
      const sink = player.createSink({ gain });
      await feed(sink, noise(frames, seed), { chunkFrames: [2_400] });
      await sink.end();
    };
    await Promise.all([play(first, 5, 1), play(second, 6, 0)]);
    await second.close();
    return { stateAfter: first.context.state };
  });
}

Object.assign(globalThis, { parlando: { play, playMany, stop, speak, checkSink, tellOfItself, tryWorklet, rest, playTwo } });

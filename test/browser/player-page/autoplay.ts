// A page that makes its player at once, as pages do. It reports by the console: whatever a test evaluates in a page counts as a gesture.

import { createPlayer } from "@parlando/web";
import { feed } from "./feed.ts";
import { noise } from "./noise.ts";
import { openTap } from "./tap.ts";

const report = (name: string, value: unknown): void => console.info(JSON.stringify({ name, value }));

const player = createPlayer({ idleMs: 1_000 });
// All of it is held until its end is known, so that nothing sounds before the tap listens.
const sink = player.createSink({ prebufferMs: 5_000 });
const stand = (): object => ({ state: player.state, currentTime: player.context.currentTime, isActive: navigator.userActivation.hasBeenActive });
report("at first", stand());
player.subscribe(() => report("state", player.state));
const tap = openTap(player.context, player.output);
const fed = feed(sink, noise(12_000, 9), { chunkFrames: [1_000] });

// Nobody has asked for it: a browser with a policy leaves it locked.
player.unlock();
setTimeout(() => report("without a gesture", stand()), 500);

document.querySelector("#idle")?.addEventListener("click", () => report("after a click that does nothing", stand()));
document.querySelector("#unlock")?.addEventListener("click", () => {
  player.unlock();
  void playOut();
});

async function playOut(): Promise<void> {
  await fed;
  const opened = await tap;
  await sink.end();
  await opened.untilSilent(20);
  report("played", { state: player.state, playedFrames: sink.playedFrames(), tapped: await opened.read() });
  // The one gesture is long over when the context is to be woken.
  while (player.context.state === "running") await new Promise((resolve) => setTimeout(resolve, 20));
  report("rested", { state: player.state, contextState: player.context.state });
  const next = player.createSink();
  await feed(next, noise(12_000, 10), { chunkFrames: [1_000] });
  await next.end();
  await opened.untilSilent(20);
  report("played again", { state: player.state, playedFrames: next.playedFrames(), tapped: await opened.read() });
}

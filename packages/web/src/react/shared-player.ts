import { createPlayer } from "../player/create-player.ts";
import type { Player } from "../player/player.ts";

let shared: Player | undefined;

/** The one player of a page in which nobody brings another. Made when it is first wanted, which is inside a gesture. */
export function sharedPlayer(): Player {
  if (shared === undefined || shared.state === "closed") shared = createPlayer();
  return shared;
}

/**
 * Parlando in a page: a player, and a client of the server.
 *
 * @packageDocumentation
 */

export type { SpeechSource } from "./client/speech-source.ts";
export type { Player, PlayerOptions, PlayerSinkOptions, PlayerStatistics } from "./player/player.ts";

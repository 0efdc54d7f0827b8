/**
 * Parlando in a page: a player, and a client of the server.
 *
 * @packageDocumentation
 */

export { createSpeechClient, type SpeechClient } from "./client/create-speech-client.ts";
export type { SpeechSource } from "./client/speech-source.ts";
export { createPlayer } from "./player/create-player.ts";
export type { Level } from "./player/level-listeners.ts";
export type { MediaSessionOptions } from "./player/media-session.ts";
export type { Player, PlayerOptions, PlayerSink, PlayerSinkOptions, PlayerStatistics } from "./player/player.ts";
export type { RemoteEngine } from "./remote/remote-engine.ts";
export type { RemoteOptions } from "./remote/remote-options.ts";

import type { SocketRoute } from "./socket-route.ts";
import { speechSocketRoute } from "./speech-socket.ts";
import { ttsChunkRoute } from "./tts-chunk-socket.ts";

/** The WebSockets of the route table. */
export const socketRoutes: readonly SocketRoute[] = [speechSocketRoute, ttsChunkRoute];

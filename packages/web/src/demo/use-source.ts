import { useEffect, useMemo } from "react";
import type { Speech } from "../react/speech-state.ts";
import { openDemoSource, type DemoSource } from "./demo-source.ts";
import type { ServerState } from "./use-server.ts";

/** Stops what speaks when another source takes its place: else the one that is closed would leave an error that nobody understands. */
export function useStopOnChange(source: DemoSource, stop: Speech["stop"]): void {
  useEffect(() => stop, [source, stop]);
}

/** What speaks with one model, closed when it is no longer wanted. */
export function useSource({ address, door, hasKeys }: Pick<ServerState, "address" | "door" | "hasKeys">, model: string): DemoSource {
  const source = useMemo(() => openDemoSource({ address, model, door, hasKeys }), [address, door, hasKeys, model]);
  useEffect(() => () => void source.close().catch(() => undefined), [source]);
  return source;
}

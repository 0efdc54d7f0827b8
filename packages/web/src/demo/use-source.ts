import { useEffect, useMemo } from "react";
import { openDemoSource, type DemoSource } from "./demo-source.ts";
import type { ServerState } from "./use-server.ts";

/** What speaks with one model, closed when it is no longer wanted. */
export function useSource({ address, door, hasKeys }: Pick<ServerState, "address" | "door" | "hasKeys">, model: string): DemoSource {
  const source = useMemo(() => openDemoSource({ address, model, door, hasKeys }), [address, door, hasKeys, model]);
  useEffect(() => () => void source.close().catch(() => undefined), [source]);
  return source;
}

import { object, picklist } from "valibot";
import { Problem } from "../problem/problem.ts";
import { defineRoute, type Route } from "../route/route.ts";

const status = object({ status: picklist(["live", "ready"]) });

const live = defineRoute({
  name: "live",
  method: "GET",
  path: "/health/live",
  summary: "Whether the process is alive.",
  access: "public",
  isQuiet: true,
  isRated: false,
  body: { kind: "none" },
  answers: [{ status: 200, description: "It is.", content: ["application/json"], schema: status }],
  handle: async ({ context }) => context.json({ status: "live" }, 200, { "cache-control": "no-store" }),
});

const ready = defineRoute({
  name: "ready",
  method: "GET",
  path: "/health/ready",
  summary: "Whether new work is taken.",
  access: "public",
  isQuiet: true,
  isRated: false,
  body: { kind: "none" },
  answers: [
    { status: 200, description: "It is.", content: ["application/json"], schema: status },
    { status: 503, description: "The server is going down.", content: ["application/json"] },
  ],
  handle: async ({ context }, { draining }) => {
    if (draining.aborted) throw new Problem(503, "draining", "The server is going down and takes nothing new.");
    return context.json({ status: "ready" }, 200, { "cache-control": "no-store" });
  },
});

/** What tells those who run the server how it is. */
export const healthRoutes: readonly Route[] = [live, ready];

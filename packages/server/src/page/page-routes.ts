import { Problem } from "../problem/problem.ts";
import { defineRoute, type Route } from "../route/route.ts";
import type { PageFile, PageFiles } from "./page-files.ts";

/**
 * What the page may do: nothing but load its own files and talk to its own server. `blob:` is how an audio worklet is loaded from text. Nothing that was
 * typed can become a script.
 */
const policy = [
  "default-src 'self'", "script-src 'self' blob:", "worker-src 'self' blob:", "style-src 'self'", "img-src 'self' data:", "media-src 'self' blob: data:", "connect-src 'self'",
  "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join("; ");

const headers: Readonly<Record<string, string>> = {
  "content-security-policy": policy,
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** The routes of a page. Without files they answer 404: so the table can be shown. */
export function createPageRoutes(files: PageFiles | undefined): readonly Route[] {
  const page = defineRoute({
    name: "page",
    method: "GET",
    path: "/",
    summary: "A page to try the server with.",
    access: "public",
    isRated: false,
    body: { kind: "none" },
    answers: [{ status: 200, description: "The page.", content: ["text/html"] }],
    handle: async ({ context }) => {
      if (files === undefined) throw noPage();
      return context.body(files.index.bytes, 200, headersOf(files.index, "no-cache"));
    },
  });
  const asset = defineRoute({
    name: "page-asset",
    method: "GET",
    path: "/assets/:file",
    summary: "What the page is made of.",
    access: "public",
    isRated: false,
    body: { kind: "none" },
    answers: [
      { status: 200, description: "The file.", content: ["text/css", "text/javascript", "image/svg+xml"] },
      { status: 404, description: "The page has no such file.", content: ["application/json"] },
    ],
    handle: async ({ context }) => {
      const file = files?.assets.get(context.req.param("file") ?? "");
      if (file === undefined) throw noPage();
      // Their names change with what is in them.
      return context.body(file.bytes, 200, headersOf(file, "public, max-age=31536000, immutable"));
    },
  });
  return [page, asset];
}

function headersOf(file: PageFile, kept: string): Record<string, string> {
  return { ...headers, "content-type": file.type, "cache-control": kept };
}

function noPage(): Problem {
  return new Problem(404, "not_found", "There is nothing at this path. GET /openapi.json lists what there is.");
}

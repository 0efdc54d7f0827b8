// Written by tools/generate-registry.mjs from the engine folders: change those, then run it.

import type { RegistryEntry } from "./engines/registry-entry.ts";

/** Every engine that has a package of Parlando's own, in the order of their names. */
export const registry: readonly RegistryEntry[] = [
  {
    id: "audar",
    package: "@parlando/local",
    description: "Audar-TTS in Arabic and English, on your own GPU or CPU",
    licence: "MIT",
    load: () => import("@parlando/local/audar"),
  },
  {
    id: "azure",
    package: "@parlando/cloud",
    description: "Azure Speech, through the vendor's SDK",
    licence: "MIT",
    load: () => import("@parlando/cloud/azure"),
  },
  {
    id: "edge",
    package: "@parlando/cloud",
    description: "The voices of Microsoft Edge's Read Aloud, through the browser's own unofficial service",
    licence: "MIT",
    load: () => import("@parlando/cloud/edge"),
  },
  {
    id: "elevenlabs",
    package: "@parlando/cloud",
    description: "ElevenLabs, over HTTP and over WebSockets that take text as it comes, with word and character marks",
    licence: "MIT",
    load: () => import("@parlando/cloud/elevenlabs"),
  },
  {
    id: "espeak",
    package: "@parlando/espeak",
    description: "The embedded voice of Parlando (eSpeak NG), and IPA phonemes for other engines",
    licence: "GPL-3.0-or-later",
    load: () => import("@parlando/espeak"),
  },
  {
    id: "openai",
    package: "@parlando/cloud",
    description: "OpenAI's speech, and every server that speaks its `POST /audio/speech`",
    licence: "MIT",
    load: () => import("@parlando/cloud/openai"),
  },
  {
    id: "polly",
    package: "@parlando/cloud",
    description: "Amazon Polly through AWS's own client, `@aws-sdk/client-polly`",
    licence: "MIT",
    load: () => import("@parlando/cloud/polly"),
  },
  {
    id: "remote",
    package: "@parlando/web",
    description: "A Parlando server, as an engine",
    licence: "MIT",
    load: () => import("@parlando/web/remote"),
  },
];

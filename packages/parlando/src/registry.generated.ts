// Written by tools/generate-registry.mjs from the engine folders: change those, then run it.

import type { RegistryEntry } from "./engines/registry-entry.ts";

/** Every engine that has a package of Parlando's own, in the order of their names. */
export const registry: readonly RegistryEntry[] = [
  {
    id: "espeak",
    package: "@parlando/espeak",
    description: "The embedded voice of Parlando (eSpeak NG), and IPA phonemes for other engines",
    licence: "GPL-3.0-or-later",
    load: () => import("@parlando/espeak"),
  },
];

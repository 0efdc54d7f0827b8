/** What is known of a model. */
export interface ElevenLabsModel {
  /** UTF-16 units in one request. */
  readonly characters: number;
  /** Whether it takes text as it comes, over sockets. */
  readonly sockets: boolean;
  /** Whether it takes `language_code`; others refuse it, or speak one language only. */
  readonly languageCode: boolean;
}

/** The model where none is asked for: the fastest. */
export const DEFAULT_MODEL = "eleven_flash_v2_5";

/**
 * Limits of characters as the provider documents them. That `eleven_v3` takes no sockets and 5,000 characters, and that only the models of
 * version 2.5 and 3 take a language, was not verified against the service.
 */
const models: Readonly<Record<string, ElevenLabsModel>> = {
  eleven_flash_v2_5: { characters: 40_000, sockets: true, languageCode: true },
  eleven_turbo_v2_5: { characters: 40_000, sockets: true, languageCode: true },
  eleven_flash_v2: { characters: 30_000, sockets: true, languageCode: false },
  eleven_turbo_v2: { characters: 30_000, sockets: true, languageCode: false },
  eleven_multilingual_v2: { characters: 10_000, sockets: true, languageCode: false },
  eleven_multilingual_v1: { characters: 10_000, sockets: true, languageCode: false },
  eleven_monolingual_v1: { characters: 10_000, sockets: true, languageCode: false },
  eleven_v3: { characters: 5000, sockets: false, languageCode: true },
};

/** A model that came after this was written: the tightest limit that is documented. */
const unknownModel: ElevenLabsModel = { characters: 5000, sockets: true, languageCode: false };

/** What is known of a model, by its id. */
export function modelOf(id: string): ElevenLabsModel {
  return Object.hasOwn(models, id) ? (models[id] ?? unknownModel) : unknownModel;
}

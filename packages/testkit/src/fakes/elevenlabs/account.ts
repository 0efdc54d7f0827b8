/** A voice of the fake's account, as `/v2/voices` lists it. */
export interface FakeElevenLabsVoice {
  voice_id: string;
  name: string;
  category: "generated" | "cloned" | "premade" | "professional" | "famous" | "high_quality";
  /** `language` and `accent`, `gender`, `age`, `use_case` and the like. */
  labels: Readonly<Record<string, string>>;
  verified_languages?: readonly { language: string; model_id: string; accent?: string | undefined; locale?: string | undefined }[] | undefined;
  preview_url?: string | undefined;
}

interface FakeModel {
  model_id: string;
  name: string;
  languages: readonly string[];
  maximum_text_length_per_request: number;
}

const multilingual = ["en", "de", "fr", "es", "it", "pt", "pl", "ja", "zh", "hi"];

/** Limits of characters as the provider documents them (models page, 2025). */
const models: readonly FakeModel[] = [
  { model_id: "eleven_flash_v2_5", name: "Eleven Flash v2.5", languages: multilingual, maximum_text_length_per_request: 40_000 },
  { model_id: "eleven_turbo_v2_5", name: "Eleven Turbo v2.5", languages: multilingual, maximum_text_length_per_request: 40_000 },
  { model_id: "eleven_flash_v2", name: "Eleven Flash v2", languages: ["en"], maximum_text_length_per_request: 30_000 },
  { model_id: "eleven_turbo_v2", name: "Eleven Turbo v2", languages: ["en"], maximum_text_length_per_request: 30_000 },
  { model_id: "eleven_multilingual_v2", name: "Eleven Multilingual v2", languages: multilingual, maximum_text_length_per_request: 10_000 },
  { model_id: "eleven_multilingual_v1", name: "Eleven Multilingual v1", languages: multilingual, maximum_text_length_per_request: 10_000 },
  { model_id: "eleven_monolingual_v1", name: "Eleven English v1", languages: ["en"], maximum_text_length_per_request: 10_000 },
];

/** Where a request names no model: the HTTP default of the provider's SDK. */
export const defaultModel = "eleven_multilingual_v2";

const voice = (id: string, name: string, language: string, locale: string, gender: string): FakeElevenLabsVoice => ({
  voice_id: id,
  name,
  category: "premade",
  labels: { language, accent: locale, gender, age: "middle_aged", use_case: "conversational" },
  verified_languages: [{ language, model_id: "eleven_flash_v2_5", accent: locale, locale }],
});

/** Four premade voices. */
export const defaultVoices: readonly FakeElevenLabsVoice[] = [
  voice("JBFqnCBsd6RMkjVDRZzb", "George", "en", "en-GB", "male"),
  voice("21m00Tcm4TlvDq8ikWAM", "Rachel", "en", "en-US", "female"),
  voice("fakeVoiceGerman00001", "Greta", "de", "de-DE", "female"),
  voice("fakeVoiceSpanish0001", "Mateo", "es", "es-ES", "male"),
];

/** The most characters that a model takes in one request; undefined: there is no such model. */
export function characterLimit(modelId: string): number | undefined {
  return models.find(({ model_id: id }) => id === modelId)?.maximum_text_length_per_request;
}

/** The answer of `/v1/models`. */
export function modelList(): unknown {
  return models.map((model) => ({
    ...model,
    can_do_text_to_speech: true,
    can_do_voice_conversion: false,
    can_use_style: true,
    can_use_speaker_boost: true,
    token_cost_factor: 1,
    languages: model.languages.map((id) => ({ language_id: id, name: id })),
  }));
}

/** The answer of `/v2/voices`: one page, and how to get the next. The token is the place of the page's first voice. */
export function voicePage(voices: readonly FakeElevenLabsVoice[], query: URLSearchParams, perPage: number): unknown {
  const search = query.get("search")?.toLowerCase();
  const found = voices.filter(({ name, category, labels }) => {
    if (search !== undefined && ![name, category, ...Object.values(labels)].some((text) => text.toLowerCase().includes(search))) return false;
    return (query.get("category") ?? category) === category;
  });
  const from = Number(query.get("next_page_token") ?? 0);
  const end = from + Math.min(100, Number(query.get("page_size") ?? perPage));
  return { voices: found.slice(from, end), has_more: end < found.length, total_count: found.length, next_page_token: end < found.length ? String(end) : null };
}

/** The answer of `/v1/user`. */
export function userRecord(): unknown {
  return {
    user_id: "fake-user",
    workspace_id: "fake-workspace",
    subscription: subscription(),
    is_new_user: false,
    can_use_delayed_payment_methods: false,
    is_onboarding_completed: true,
    is_onboarding_checklist_completed: true,
    created_at: 1_700_000_000,
    seat_type: "workspace_admin",
  };
}

/** The answer of `/v1/user/subscription`. */
export function subscription(): Record<string, unknown> {
  return {
    tier: "creator",
    character_count: 1000,
    character_limit: 100_000,
    max_credit_limit_extension: 0,
    can_extend_character_limit: false,
    allowed_to_extend_character_limit: false,
    voice_slots_used: 0,
    professional_voice_slots_used: 0,
    professional_voice_slots_used_in_workspace: 0,
    voice_limit: 30,
    voice_add_edit_counter: 0,
    professional_voice_limit: 1,
    can_extend_voice_limit: false,
    can_use_instant_voice_cloning: true,
    can_use_professional_voice_cloning: true,
    current_overage: { amount: "0", currency: "usd" },
    currency: "usd",
    status: "active",
    billing_period: "monthly_period",
    character_refresh_period: "monthly_period",
  };
}

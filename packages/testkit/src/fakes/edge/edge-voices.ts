/** A voice as the service's list tells it. */
export interface FakeEdgeVoice {
  Name: string;
  ShortName: string;
  Gender: "Female" | "Male";
  Locale: string;
  SuggestedCodec: string;
  FriendlyName: string;
  Status: string;
  VoiceTag: { ContentCategories: readonly string[]; VoicePersonalities: readonly string[] };
}

type Row = [locale: string, name: string, gender: FakeEdgeVoice["Gender"]];

const rows: readonly Row[] = [
  ["en-US", "Ava", "Female"],
  ["en-US", "AvaMultilingual", "Female"],
  ["en-US", "Andrew", "Male"],
  ["en-US", "Emma", "Female"],
  ["en-US", "EmmaMultilingual", "Female"],
  ["en-US", "Jenny", "Female"],
  ["en-US", "Guy", "Male"],
  ["en-US", "Aria", "Female"],
  ["en-GB", "Sonia", "Female"],
  ["en-GB", "Ryan", "Male"],
  ["de-DE", "Katja", "Female"],
  ["de-DE", "Conrad", "Male"],
  ["fr-FR", "Denise", "Female"],
  ["es-ES", "Elvira", "Female"],
  ["ja-JP", "Nanami", "Female"],
  ["zh-CN", "Xiaoxiao", "Female"],
  ["zh-CN-liaoning", "Xiaobei", "Female"],
];

/** The voices of the fake where none are given. */
export const defaultEdgeVoices: readonly FakeEdgeVoice[] = rows.map(([locale, name, gender]) => ({
  Name: `Microsoft Server Speech Text to Speech Voice (${locale}, ${name}Neural)`,
  ShortName: `${locale}-${name}Neural`,
  Gender: gender,
  Locale: locale,
  SuggestedCodec: "audio-24khz-48kbitrate-mono-mp3",
  FriendlyName: `Microsoft ${name} Online (Natural) - ${locale}`,
  Status: "GA",
  VoiceTag: { ContentCategories: ["General"], VoicePersonalities: ["Friendly", "Positive"] },
}));

/** A voice as `/cognitiveservices/voices/list` tells it. */
export interface FakeAzureVoice {
  Name: string;
  DisplayName: string;
  LocalName: string;
  ShortName: string;
  Gender: "Female" | "Male" | "Neutral";
  Locale: string;
  LocaleName: string;
  SampleRateHertz: string;
  VoiceType: string;
  Status: string;
  WordsPerMinute?: string | undefined;
  StyleList?: readonly string[] | undefined;
  RolePlayList?: readonly string[] | undefined;
  SecondaryLocaleList?: readonly string[] | undefined;
}

type Row = [locale: string, localeName: string, name: string, gender: FakeAzureVoice["Gender"], styles?: readonly string[]];

const rows: readonly Row[] = [
  ["en-US", "English (United States)", "AvaMultilingual", "Female"],
  ["en-US", "English (United States)", "Ava", "Female"],
  ["en-US", "English (United States)", "Andrew", "Male"],
  ["en-US", "English (United States)", "EmmaMultilingual", "Female"],
  ["en-US", "English (United States)", "Jenny", "Female", ["assistant", "chat", "cheerful", "sad", "whispering"]],
  ["en-US", "English (United States)", "Guy", "Male", ["newscast", "angry", "cheerful"]],
  ["en-US", "English (United States)", "Aria", "Female", ["chat", "cheerful", "empathetic"]],
  ["en-GB", "English (United Kingdom)", "Sonia", "Female"],
  ["en-GB", "English (United Kingdom)", "Ryan", "Male", ["chat", "cheerful"]],
  ["de-DE", "German (Germany)", "Katja", "Female"],
  ["de-DE", "German (Germany)", "Conrad", "Male", ["cheerful"]],
  ["fr-FR", "French (France)", "Denise", "Female"],
  ["es-ES", "Spanish (Spain)", "Elvira", "Female"],
  ["ja-JP", "Japanese (Japan)", "Nanami", "Female"],
  ["zh-CN", "Chinese (Mandarin, Simplified)", "Xiaoxiao", "Female", ["assistant", "newscast"]],
];

/** The voices of the fake where none are given. */
export const defaultAzureVoices: readonly FakeAzureVoice[] = rows.map(([locale, localeName, name, gender, styles]) => ({
  Name: `Microsoft Server Speech Text to Speech Voice (${locale}, ${name}Neural)`,
  DisplayName: name,
  LocalName: name,
  ShortName: `${locale}-${name}Neural`,
  Gender: gender,
  Locale: locale,
  LocaleName: localeName,
  SampleRateHertz: "24000",
  VoiceType: "Neural",
  Status: "GA",
  WordsPerMinute: "150",
  ...(styles === undefined ? {} : { StyleList: styles }),
}));

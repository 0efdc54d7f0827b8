/** One of an engine's speakers, in the same words for every engine. */
export interface Voice {
  /** What a request's `voice` names. */
  id: string;
  /** What a person reads in a list. */
  name: string;
  /** The id of the engine that has it. */
  engine: string;
  /** BCP-47, the main one first. */
  languages: readonly string[];
  gender: "female" | "male" | "neutral" | "unknown";
  styles?: readonly string[] | undefined;
  /** In Hz. */
  sampleRates?: readonly number[] | undefined;
  /** The provider's own record. */
  native?: unknown;
}

/** What came of a look at an engine's credentials. */
export interface CredentialReport {
  status: "valid" | "invalid" | "missing" | "unreachable" | "not-needed";
  /** The names of the settings that are missing, never their values. */
  missing?: readonly string[] | undefined;
  message: string;
}

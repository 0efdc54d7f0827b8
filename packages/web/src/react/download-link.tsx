import { useEffect, useState, type ReactElement, type ReactNode } from "react";
import type { Speech } from "./speech-state.ts";

/** Properties of `DownloadLink`. */
export interface DownloadLinkProps {
  /** What `useSpeech` gives. */
  readonly speech: Pick<Speech, "phase" | "recording">;
  /** Default `speech.wav`. */
  readonly fileName?: string | undefined;
  readonly className?: string | undefined;
  readonly children?: ReactNode;
}

/** The whole of what was spoken as a WAV file. Nothing is shown before its end. */
export function DownloadLink({ speech, fileName = "speech.wav", className, children = "Download WAV" }: DownloadLinkProps): ReactElement | null {
  const { phase, recording } = speech;
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const file = phase === "ended" || phase === "idle" ? recording() : undefined;
    if (file === undefined) return undefined;
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => {
      setAddress(undefined);
      URL.revokeObjectURL(made);
    };
  }, [phase, recording]);
  return address === undefined ? null : <a className={className} href={address} download={fileName}>{children}</a>;
}

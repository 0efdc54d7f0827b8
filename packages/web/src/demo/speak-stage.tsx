import type { StreamReport } from "@parlando/core";
import { useCallback, useEffect, useMemo, useState, type KeyboardEvent, type ReactElement } from "react";
import { Captions } from "../react/captions.tsx";
import { DownloadLink } from "../react/download-link.tsx";
import { LevelMeter } from "../react/level-meter.tsx";
import { englishLabels } from "../react/phase-names.ts";
import { PhaseStatus } from "../react/phase-status.tsx";
import { isOver, togglePlaying } from "../react/speech-player.tsx";
import type { Speech } from "../react/speech-state.ts";
import { useSpeech } from "../react/use-speech.ts";
import { Icon } from "./icons.tsx";
import { realTimeFactorOf } from "./demo-source.ts";
import { Numbers, shownMs, shownSeconds } from "./numbers.tsx";
import type { OneVoice } from "./one-voice.ts";
import { Slider } from "./slider.tsx";
import { Tape } from "./tape.tsx";
import { sampleTexts } from "./texts.ts";
import { useVoices, type ServerState } from "./use-server.ts";
import { useSource, useStopOnChange } from "./use-source.ts";
import { VoiceSelect } from "./voice-select.tsx";

/** What the page speaks: shared by all panels. */
export interface Script {
  readonly text: string;
  readonly language: string;
  readonly model: string;
  readonly voice: string | undefined;
  readonly rate: number;
}

/** There is nothing to speak. */
export function isBlank({ text }: Pick<Script, "text">): boolean {
  return text.trim() === "";
}

/** Properties of the panels. */
export interface PanelProps {
  readonly server: ServerState;
  readonly script: Script;
  readonly oneVoice: OneVoice;
}

/** More is cut off, and told. */
const mostCharacters = 20_000;

/** What the player itself holds of what has been made. */
const playerAheadMs = 1_000;

/** Where one types and listens. */
export function SpeakStage({ server, script, oneVoice, onScript }: PanelProps & { readonly onScript: (change: Partial<Script>) => void }): ReactElement {
  const source = useSource(server, script.model);
  const [aheadMs, setAheadMs] = useState(3_000);
  const [report, setReport] = useState<StreamReport>();
  const speech = useSpeech({ source, voice: script.voice, stream: { rate: script.rate, highWaterMs: Math.max(200, aheadMs - playerAheadMs), onMetrics: setReport, ...(script.voice === undefined ? { language: script.language } : {}) } });
  const { stop, speak: begin } = speech;
  useEffect(() => oneVoice.join(stop), [oneVoice, stop]);
  useStopOnChange(source, stop);
  const speak = useCallback(() => {
    oneVoice.begin(stop);
    setReport(undefined);
    begin(script.text);
  }, [begin, oneVoice, script.text, stop]);
  useEscape(oneVoice.stopAll);

  return (
    <section className="stage" aria-label="Speak">
      <Compose server={server} script={script} onScript={onScript} onSpeak={speak} isSilent={isOver(speech.phase)}>
        <Slider name="Ahead, at most" value={aheadMs} least={500} most={15_000} step={500} shown={`${shownSeconds(aheadMs)} s`} onChange={setAheadMs} />
      </Compose>
      <Listen speech={speech} script={script} onToggle={() => togglePlaying(speech, speak)} />
      <div className="deck">
        <Tape speech={speech} madeMs={source.madeMs} label="Timeline: what was heard, what the player holds, and what has been made" />
        <Legend speech={speech} madeMs={source.madeMs()} />
        <LiveNumbers speech={speech} madeMs={source.madeMs()} realTimeFactor={realTimeFactorOf(speech.report ?? report, source)} />
      </div>
    </section>
  );
}

function Compose({ server, script, onScript, onSpeak, isSilent, children }: {
  readonly server: ServerState; readonly script: Script; readonly onScript: (change: Partial<Script>) => void; readonly onSpeak: () => void; readonly isSilent: boolean; readonly children: ReactElement;
}): ReactElement {
  const { voices, problem, retry } = useVoices(server, script.model);
  const typed = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!isBlank(script)) onSpeak();
  };
  return (
    <div className="compose">
      <div className="compose-head">
        <label htmlFor="text">Type or paste</label>
        <div className="chips" role="group" aria-label="Texts to try">
          {sampleTexts.map(({ name, text, language }) => (
            <button key={name} type="button" className="chip" lang={language} aria-pressed={script.text === text} onClick={() => onScript({ text, language, voice: undefined })}>{name}</button>
          ))}
        </div>
      </div>
      <textarea id="text" value={script.text} dir="auto" lang={script.language} rows={9} maxLength={mostCharacters} onChange={(event) => onScript({ text: event.target.value })} onKeyDown={typed} />
      <div className="fields">
        <label className="field">
          <span>Engine</span>
          <select value={script.model} onChange={(event) => onScript({ model: event.target.value, voice: undefined })}>
            {server.models.map(({ id }) => <option key={id} value={id}>{id}</option>)}
          </select>
        </label>
        <label className="field">
          <span>Voice</span>
          <VoiceSelect voices={voices} language={script.language} value={script.voice} onChange={(voice) => onScript({ voice })} />
        </label>
        <Slider name="Speed" value={script.rate} least={0.6} most={1.8} step={0.1} shown={`${script.rate.toFixed(1)} ×`} onChange={(rate) => onScript({ rate })} />
        {children}
      </div>
      {problem === undefined ? null : (
        <p className="problem row" role="alert">
          <span>The voices cannot be listed. {problem}</span>
          <button type="button" className="quiet small" onClick={retry}>List them again</button>
        </p>
      )}
      <p className="tip"><kbd>Ctrl</kbd> <kbd>Enter</kbd> speaks, <kbd>Esc</kbd> {isSilent ? "stops" : "stops it"}.</p>
      <p className="limit" role="status">{script.text.length < mostCharacters ? "" : `That is all that fits: ${mostCharacters.toLocaleString("en")} characters.`}</p>
    </div>
  );
}

function Listen({ speech, script, onToggle }: { readonly speech: Speech; readonly script: Script; readonly onToggle: () => void }): ReactElement {
  const { phase, error } = speech;
  const isSilent = isOver(phase);
  const isHeld = phase === "paused";
  const shown = speech.text === "" ? { text: script.text, word: undefined, phase } : speech;
  return (
    <div className="listen" data-phase={phase}>
      <div className="listen-head">
        <span className="phase">{phaseWord(phase)}</span>
        <LevelMeter speech={speech} />
      </div>
      <Captions speech={shown} lang={script.language} className="stage-captions" />
      {error === undefined ? null : <p className="problem" role="alert"><strong>{error.code}</strong> {error.message}</p>}
      <div className="transport">
        <button type="button" className="primary speak" onClick={onToggle} disabled={isSilent && isBlank(script)}>
          <Icon shape={isSilent || isHeld ? "play" : "pause"} />
          {isSilent ? "Speak" : isHeld ? "Resume" : "Pause"}
        </button>
        <button type="button" className="quiet" onClick={speech.stop} disabled={isSilent}><Icon shape="stop" />Stop</button>
        <DownloadLink speech={speech} fileName="parlando.wav" className="quiet download"><Icon shape="down" />WAV</DownloadLink>
      </div>
      <PhaseStatus phase={phase} labels={englishLabels} />
    </div>
  );
}

function phaseWord(phase: Speech["phase"]): string {
  return { idle: "Ready", connecting: "Connecting", buffering: "Buffering", playing: "Speaking", paused: "Paused", ended: "Finished", error: "Failed" }[phase];
}

function Legend({ speech, madeMs }: { readonly speech: Speech; readonly madeMs: number }): ReactElement {
  return (
    <ul className="legend">
      <li data-of="heard">played <b>{shownSeconds(speech.heardMs)} s</b></li>
      <li data-of="held">buffered <b>{shownSeconds(Math.max(0, speech.receivedMs - speech.heardMs))} s</b></li>
      <li data-of="made">made <b>{shownSeconds(Math.max(madeMs, speech.receivedMs))} s</b></li>
    </ul>
  );
}

function LiveNumbers({ speech, madeMs, realTimeFactor }: { readonly speech: Speech; readonly madeMs: number; readonly realTimeFactor: number | undefined }): ReactElement {
  const isBusy = !isOver(speech.phase);
  const numbers = useMemo(() => [
    { name: "First audio", value: shownMs(speech.firstAudioMs), unit: "ms", hint: "from the click to the first samples here" },
    { name: "Real-time factor", value: realTimeFactor?.toFixed(2), unit: "×", hint: "time to make it, by its length" },
    { name: "In hand", value: shownMs(isBusy ? Math.max(0, Math.max(madeMs, speech.receivedMs) - speech.heardMs) : 0), unit: "ms", hint: "made, and not heard yet" },
    { name: "Underruns", value: String(speech.underruns), hint: "times the sound ran dry", mood: speech.underruns > 0 ? "bad" as const : undefined },
  ], [isBusy, madeMs, realTimeFactor, speech]);
  return <Numbers numbers={numbers} />;
}

function useEscape(stop: () => void): void {
  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent): void => {
      if (event.key === "Escape") stop();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [stop]);
}

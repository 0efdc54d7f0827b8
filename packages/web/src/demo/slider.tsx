import { useId, type ReactElement } from "react";

/** Properties of `Slider`. */
export interface SliderProps {
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** The value as it is read. */
  readonly shown: string;
  readonly hint?: string | undefined;
  readonly onChange: (value: number) => void;
}

/** A number between two, with its name and its value. */
export function Slider({ name, value, least, most, step, shown, hint, onChange }: SliderProps): ReactElement {
  const id = useId();
  return (
    <div className="slider">
      <label htmlFor={id}>{name}</label>
      <output htmlFor={id}>{shown}</output>
      <input id={id} type="range" min={least} max={most} step={step} value={value} aria-valuetext={shown} onChange={(event) => onChange(Number(event.target.value))} />
      {hint === undefined ? null : <small>{hint}</small>}
    </div>
  );
}

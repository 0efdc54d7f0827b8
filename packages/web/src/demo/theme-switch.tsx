import { useEffect, useState, type ReactElement } from "react";

const themes = ["auto", "light", "dark"] as const;
type Theme = (typeof themes)[number];

/** Light, dark, or as the system has it. */
export function ThemeSwitch(): ReactElement {
  const [theme, setTheme] = useState<Theme>("auto");
  useEffect(() => {
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  return (
    <fieldset className="switch">
      <legend className="unseen">Appearance</legend>
      {themes.map((name) => (
        <label key={name}>
          <input type="radio" name="theme" checked={theme === name} onChange={() => setTheme(name)} />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}

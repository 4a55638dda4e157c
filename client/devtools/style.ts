/** Of the panel alone. Light or dark as the page's `color-scheme` is. */
export const STYLE = `
.holdfast-devtools {
  --line: light-dark(#e3e3e0, #3a3a38);
  --quiet: light-dark(#62625c, #a3a39c);
  --bad: light-dark(#b3261e, #ff9a8f);
  --accent: light-dark(#1f6b54, #7fc4ab);
  display: grid;
  gap: 20px;
  font: 13px/1.5 ui-sans-serif, system-ui, sans-serif;
  color: light-dark(#22221f, #e8e8e2);
}
.holdfast-devtools > section { overflow-x: auto; border-radius: 2px; }
.holdfast-devtools > section:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.holdfast-devtools h2 { margin: 0 0 4px; font-size: 13px; font-weight: 650; }
.holdfast-devtools h2 small { margin-left: 6px; font-weight: 400; color: var(--quiet); }
.holdfast-devtools p { margin: 0; }
.holdfast-devtools .quiet { color: var(--quiet); }
.holdfast-devtools .bad { color: var(--bad); }
.holdfast-devtools .actions { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; margin-bottom: 6px; }
.holdfast-devtools .badge { font-weight: 650; margin-right: auto; }
.holdfast-devtools label { display: inline-flex; align-items: center; gap: 6px; cursor: pointer; }
.holdfast-devtools input { accent-color: var(--accent); margin: 0; }
.holdfast-devtools button {
  padding: 3px 10px;
  font: inherit;
  color: inherit;
  background: transparent;
  border: 1px solid var(--line);
  border-radius: 6px;
  cursor: pointer;
}
.holdfast-devtools button:hover:enabled { border-color: var(--accent); }
.holdfast-devtools button:disabled { opacity: 0.55; cursor: default; }
.holdfast-devtools table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.holdfast-devtools th, .holdfast-devtools td {
  padding: 3px 12px 3px 0;
  text-align: left;
  vertical-align: top;
  white-space: nowrap;
  border-top: 1px solid var(--line);
}
.holdfast-devtools td:last-child, .holdfast-devtools th:last-child { width: 99%; padding-right: 0; white-space: normal; }
.holdfast-devtools td.took:not(.bad) { white-space: nowrap; }
.holdfast-devtools th { font-weight: 400; color: var(--quiet); }
.holdfast-devtools thead th { border-top: 0; font-size: 12px; }
.holdfast-devtools .kind { color: var(--accent); }
.holdfast-devtools .took i {
  display: inline-block;
  min-width: 2px;
  height: 8px;
  margin-right: 8px;
  border-radius: 4px;
  background: currentColor;
  opacity: 0.45;
}
@media (max-width: 560px) { .holdfast-devtools .took i { display: none; } }
`;

/** The style sheet of the page: light and dark as the reader has it, phones, paper. Colours as in `theme.ts`. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f8; --card: #fff; --ink: #1b1f24; --soft: #56606b; --line: #dde1e6;
  --data: #0072b2; --mark: #c25400; --quiet: #9aa7b4; --good: #006b4f; --bad: #a83a00; --warn: #fff3d6; --warn-line: #c98a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #121518; --card: #1a1e23; --ink: #e9ebee; --soft: #a7b0ba; --line: #323a43;
    --data: #56b4e9; --mark: #f0a33c; --quiet: #6b7783; --good: #4fcfa4; --bad: #ff9d6c; --warn: #3a2e10; --warn-line: #d9a72c;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
.page { max-width: 1160px; margin: 0 auto; padding: 24px 24px 64px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 52px 0 4px; }
h3 { font-size: 1.02rem; line-height: 1.3; margin: 0 0 8px; }
p, ul { margin: 8px 0; max-width: 78ch; overflow-wrap: break-word; }
ul { padding-left: 1.2em; }
a { color: var(--data); }
:focus-visible { outline: 3px solid var(--data); outline-offset: 2px; }
code, .hash { font: 0.88em/1.5 ui-monospace, monospace; }
.hash { overflow-wrap: anywhere; }
th code { white-space: nowrap; }
.soft { color: var(--soft); }
.warning { background: var(--warn); border: 2px solid var(--warn-line); border-radius: 8px; padding: 12px 16px; margin: 16px 0; font-weight: 600; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 10px 0; margin: 16px 0 0; max-width: none; border-block: 1px solid var(--line); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(215px, 1fr)); gap: 16px; margin: 16px 0; padding: 0; list-style: none; max-width: none; }
.tile, figure, .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.tile { padding: 14px 18px; }
.tile .name { color: var(--soft); font-size: 0.92rem; }
.tile .value { font-size: 2.1rem; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: -0.02em; }
.tile .unit { font-size: 1rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
.tile p { margin: 2px 0 0; font-size: 0.92rem; }
.pass { color: var(--good); font-weight: 600; }
.fail { color: var(--bad); font-weight: 600; }
.plots { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px; margin-top: 16px; }
figure { margin: 0; padding: 16px 16px 12px; min-width: 0; display: flex; flex-direction: column; }
figure details { margin-top: auto; }
.note { padding: 16px 8px; }
figcaption { font-size: 0.94rem; line-height: 1.5; }
figcaption p { margin: 8px 0; }
.plot svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.plot.narrow { display: none; }
details { margin-top: 8px; font-size: 0.92rem; }
summary { cursor: pointer; color: var(--data); }
.frame { overflow-x: auto; max-width: 100%; margin: 12px 0; }
section > .frame, .columns > .frame { width: fit-content; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.9rem; }
.card table { font-size: 0.8rem; }
caption { text-align: left; color: var(--soft); font-size: 1.02em; padding-bottom: 4px; }
th, td { text-align: left; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.gates td { white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
.many { font-size: 0.8rem; }
tbody th { font-weight: 500; }
.number { text-align: right; white-space: nowrap; }
.columns { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: flex-start; }
@media (min-width: 641px) { .card .frame { display: inline-block; vertical-align: top; padding-right: 40px; } }
.card { padding: 4px 24px 16px; margin-top: 16px; }
.card h3 { margin-top: 24px; font-size: 1.1rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; margin: 12px 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 1000px) { .plots { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 640px) {
  .page { padding: 16px 12px 48px; }
  h1 { font-size: 1.5rem; }
  h2 { margin-top: 40px; }
  figure { padding: 12px 8px 10px; }
  figure h3, figcaption, figure details { padding: 0 6px; }
  .plot.wide { display: none; }
  .plot.narrow { display: block; }
  .card { padding: 4px 14px 12px; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: 8px; }
}
@media print {
  :root {
    --ground: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ccc;
    --data: #0072b2; --mark: #c25400; --quiet: #9aa7b4; --good: #006b4f; --bad: #a83a00; --warn: #fff; --warn-line: #000;
  }
  html { font-size: 11px; }
  body { font-size: 1rem; }
  .tiles { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 8px; }
  .page { max-width: none; padding: 0; }
  nav, details { display: none; }
  .plots { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px; }
  .plot.wide { display: none; }
  .plot.narrow { display: block; }
  figure, .tile, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .frame { overflow: hidden; }
  section > .frame, .columns > .frame { border: 0; padding: 0; }
  .many { font-size: 0.6rem; }
  th, td { padding: 2px 8px 2px 0; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
`;

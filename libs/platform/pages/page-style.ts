/** The look of the pages that an end user meets. Stands in the page itself, allowed by its hash. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #16191e; --dim: #5f6875; --paper: #f6f7f9; --card: #fff; --line: #dfe3e8; --link: #434dbb; --on-link: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ec; --dim: #9aa2af; --paper: #0c0e11; --card: #15191e; --line: #2e343e; --link: #a3adff; --on-link: #10131a; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px 16px; background: var(--paper); color: var(--ink); font: 400 16px/24px Inter, system-ui, sans-serif; }
main { width: 100%; max-width: 480px; padding: 32px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow-wrap: anywhere; }
h1 { margin: 0 0 16px; font-size: 24px; line-height: 32px; font-weight: 600; }
h2 { margin: 24px 0 4px; font-size: 14px; line-height: 20px; font-weight: 600; color: var(--dim); }
p { margin: 8px 0; }
ul { margin: 4px 0 0; padding: 0 0 0 20px; }
code { font: 400 14px/20px ui-monospace, SFMono-Regular, Menlo, monospace; }
.dim { color: var(--dim); font-size: 14px; line-height: 20px; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: 16px; margin: 24px 0 16px; }
a { color: var(--link); text-underline-offset: 3px; }
a.main, button.main { display: inline-block; padding: 12px 24px; border: 0; border-radius: 8px; background: var(--link); color: var(--on-link); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
a:focus-visible, button:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; border-radius: 8px; }
main.wide { max-width: 1040px; }
table { width: 100%; border-collapse: collapse; font-size: 14px; line-height: 20px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px 4px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--dim); }
@media print {
  :root { color-scheme: light; --ink: #000; --dim: #444; --paper: #fff; --card: #fff; --line: #bbb; }
  body { display: block; padding: 0; } main, main.wide { max-width: none; padding: 0; border: 0; }
  thead { display: table-header-group; } tr { break-inside: avoid; }
}
@media (max-width: 480px) { main { padding: 24px; } form { width: 100%; } a.main, button.main { width: 100%; text-align: center; } }
`;

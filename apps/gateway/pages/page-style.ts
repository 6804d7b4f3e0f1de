/** The look of the gateway's own pages, and what Swagger UI needs to sit among them. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #16191e; --dim: #5f6875; --paper: #fff; --line: #dfe3e8; --tint: #eef0ff; --link: #434dbb; }
@media (prefers-color-scheme: dark) {
  :root:not(.docs) { --ink: #e6e8ec; --dim: #9aa2af; --paper: #111418; --line: #2e343e; --tint: #1f242b; --link: #a3adff; }
}
:root.docs { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 16px/24px Inter, system-ui, sans-serif; }
body > header, body > main { max-width: 720px; margin: 0 auto; padding: 16px 24px; }
body > header { display: flex; gap: 24px; align-items: baseline; border-bottom: 1px solid var(--line); }
.docs body > header { max-width: 1460px; }
body > header a { color: var(--dim); text-decoration: none; }
body > header a:first-child { color: var(--ink); font-weight: 600; margin-right: auto; }
a { color: var(--link); text-underline-offset: 3px; }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
main h1 { font-size: 28px; line-height: 36px; font-weight: 600; margin: 24px 0 8px; }
main h2 { font-size: 20px; line-height: 28px; font-weight: 600; margin: 32px 0 8px; }
main p { margin: 8px 0; }
.dim { color: var(--dim); }
main code, main pre { font: 400 14px/20px ui-monospace, SFMono-Regular, Menlo, monospace; }
main code { background: var(--tint); padding: 2px 4px; border-radius: 4px; }
main pre { background: var(--tint); padding: 16px; border-radius: 8px; overflow-x: auto; }
main pre code { background: none; padding: 0; }
ul.cards { list-style: none; padding: 0; margin: 24px 0; display: grid; gap: 12px; }
ul.cards li { border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }
ul.cards a { font-weight: 600; }
main table { border-collapse: collapse; width: 100%; margin: 16px 0; }
main th, main td { text-align: left; padding: 8px 16px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
main td.number { font-variant-numeric: tabular-nums; }
.swagger-ui .info { margin: 24px 0; }
.swagger-ui .info hgroup.main a { display: none; }
`;

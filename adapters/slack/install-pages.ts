/** The pages that a person sees who installs the app; plain HTML without scripts, pictures or anything from elsewhere. */
import { html } from 'hono/html';

export interface InstallPage {
  readonly title: string;
  /** Plain text, a paragraph each. */
  readonly lines: readonly string[];
  /** Whether a link leads to the beginning. */
  readonly again: boolean;
}

/** @param nonce Lets the page's own style through the content security policy. */
export const renderInstallPage = (
  { title, lines, again }: InstallPage,
  { nonce, installPath }: { readonly nonce: string; readonly installPath: string },
) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <style nonce="${nonce}">
      body { max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem; font: 1rem/1.6 system-ui, sans-serif; color-scheme: light dark; }
    </style>
  </head>
  <body>
    <h1>${title}</h1>
    ${lines.map((line) => html`<p>${line}</p>`)}
    ${again ? html`<p><a href="${installPath}">Begin again</a></p>` : ''}
  </body>
</html>
`;

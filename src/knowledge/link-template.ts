/** Makes the link of a passage from its source's template. */

/**
 * Fills `{path}` and `{anchor}`, each encoded for its place in a URL: slashes of the path stay, everything else that has a meaning there does not.
 * A passage without anchor gets no dangling `#`. Other braces stay as they are.
 */
export const fillLinkTemplate = (
  template: string,
  place: { readonly path: string; readonly anchor: string },
): string => {
  const path = place.path.split('/').map(encodePart).join('/');
  const anchor = encodePart(place.anchor);
  const usable = anchor === '' ? template.replaceAll('#{anchor}', '') : template;
  return usable.replaceAll(/\{(path|anchor)\}/g, (_, name) => (name === 'path' ? path : anchor));
};

/** `encodeURIComponent` throws on half a surrogate pair, and leaves `'`, `(` and `)`, which end a link in Markdown. */
const encodePart = (text: string): string =>
  encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD')).replaceAll(
    /['()*!]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Fills a prompt template. */

/** Replaces `{name}` for the names given, in one pass: values are not looked into, and every other brace stays as it is. */
export const fillTemplate = (template: string, values: ReadonlyMap<string, string>): string =>
  template.replace(
    /\{([^{}\s]+)\}/g,
    (placeholder, name: string) => values.get(name) ?? placeholder,
  );

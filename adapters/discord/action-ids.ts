/** Names what a person can press or send: the speaking half writes these `custom_id`s, the listening half reads them in interactions. */

/** `reason` is the form that asks why an answer did not help. */
export const actions = ['stop', 'helpful', 'not-helpful', 'again', 'passages', 'reason'] as const;
export type DiscordAction = (typeof actions)[number];

/**
 * All that is needed stands in the id, so buttons outlive processes. People can read and send it: whoever receives it checks what they may. At most 100
 * characters, for every turn id that Discord's doors make.
 *
 * @see https://docs.discord.com/developers/components/reference#anatomy-of-a-component-custom-id
 */
export const writeActionId = (action: DiscordAction, turnId: string): string =>
  `fn:${action}:${turnId}`;

/** Undefined for what `writeActionId` does not write. */
export const readActionId = (
  customId: string,
): { readonly action: DiscordAction; readonly turnId: string } | undefined => {
  const [, name, turnId] = /^fn:([a-z-]+):([\w-]{1,80})$/.exec(customId) ?? [];
  const action = actions.find((each) => each === name);
  return action === undefined || turnId === undefined ? undefined : { action, turnId };
};

/** The speaking half of Discord: any process may use it, with the REST API alone. */
import type { Speaker } from '../../src/ports/speaker.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import { createMarkdownDialect } from './markdown-dialect.ts';
import { guessedLimit } from './message-limits.ts';
import { neutralisedLengthChars } from './neutralise.ts';
import { openDiscordReply } from './open-reply.ts';
import { readAddress, writesResponse } from './reply-address.ts';
import { isTokenAlive } from './response-token.ts';

/** Of a message's content, in UTF-16 units. @see https://docs.discord.com/developers/resources/message#create-message-jsonform-params */
const maxContentChars = 2_000;
const maxParts = 5;

/** Plain content, which people can search, quote and read on any device; embeds and components that hold text take more of it, and nothing else. */
export const createDiscordSpeaker = (speech: DiscordSpeech): Speaker => ({
  platform: 'discord',
  openDialect: createMarkdownDialect,
  maxPart: maxContentChars,
  maxParts,
  measure: neutralisedLengthChars,
  editBucket(turn) {
    const { channel, command, response = command } = readAddress(turn.replyTo);
    if (!writesResponse(turn, response) || !isTokenAlive(response, speech.clock.now()))
      return speech.buckets.edits(channel);
    const id = response.message ?? response.interaction;
    return { name: `discord:response:${id}:edits`, ...guessedLimit };
  },
  openReply: (turn, options) => openDiscordReply(speech, turn, options),
});

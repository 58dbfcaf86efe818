/** Asks an endpoint which models it has: the cheapest call that needs a valid key. */
import { BotError } from '../../domain/errors.ts';
import { createOpenAiClient, type OpenAiEndpoint } from './openai-client.ts';
import { translateError } from './translate-error.ts';

/**
 * Their names, of the first page; undefined for an endpoint that has no such list. One try. Throws `model_*` codes.
 *
 * @see https://github.com/openai/openai-openapi (GET /models)
 */
export const listModels = async (
  endpoint: OpenAiEndpoint,
  { nowMs }: { readonly nowMs: number },
): Promise<readonly string[] | undefined> => {
  try {
    const page = await createOpenAiClient(endpoint).models.list();
    return page.data.map(({ id }) => id);
  } catch (error) {
    const failure = translateError(error, { nowMs });
    if (failure.code === 'model_not_found') return undefined;
    // What is no list at all is not the protocol.
    throw failure.code === 'internal' ? new BotError('model_protocol_invalid') : failure;
  }
};

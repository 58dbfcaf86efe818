/** Looks whether the language model's endpoint takes our key and knows the model, and whether texts can be embedded. */
import type { Config } from '../../src/config/config.ts';
import { listModels } from '../../src/drivers/openai/list-models.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Embedder } from '../../src/ports/embedder.ts';
import type { Check, Finding } from './check.ts';

const refused = 'the endpoint refuses OPENAI_API_KEY';
const away = 'nothing answers at OPENAI_BASE_URL';

export const checkChatModel = (config: Config, clock: Clock): Check => ({
  name: 'language model',
  explain: { model_auth_failed: refused, model_unavailable: away },
  run: async (): Promise<readonly Finding[]> => {
    const name = 'language model';
    const { openai } = config;
    if (openai === undefined)
      return [{ state: 'ok', name, said: 'none: answers are quotes, word for word' }];
    const models = await listModels(openai, { nowMs: clock.now() });
    const { model } = openai.chat;
    if (models === undefined)
      return [{ state: 'ok', name, said: `${model}; the endpoint lists no models to compare` }];
    if (models.includes(model)) return [{ state: 'ok', name, said: model }];
    return [{ state: 'warn', name, said: `${model} is not among the models of the endpoint` }];
  },
});

/** Costs one call with one word where an endpoint embeds. */
export const checkEmbedder = (embedder: Embedder): Check => ({
  name: 'embeddings',
  explain: {
    model_auth_failed: refused,
    model_unavailable: away,
    model_not_found: 'the endpoint does not know FOOTNOTE_EMBEDDING_MODEL',
  },
  run: async (): Promise<readonly Finding[]> => {
    const [vector] = await embedder.embed(['question']);
    const said = `${embedder.model}, ${vector?.length ?? 0} dimensions`;
    return [{ state: vector === undefined ? 'fail' : 'ok', name: 'embeddings', said }];
  },
});

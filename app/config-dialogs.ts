/** The dialogs and knowledge bases of the configuration, as the pipeline asks for them. */
import type { Config } from '../src/config/config.ts';
import type { DialogStore } from '../src/ports/dialog-store.ts';

export const createConfigDialogs = ({
  dialogs,
  knowledge,
}: Pick<Config, 'dialogs' | 'knowledge'>): DialogStore => ({
  getDialog: async (id) => dialogs.find((dialog) => dialog.id === id),
  listDialogs: async () => dialogs,
  listKnowledgeBases: async (dialog) =>
    knowledge.filter((base) => dialog.knowledgeBaseIds.includes(base.id)),
});

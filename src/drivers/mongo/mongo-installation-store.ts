/** Keeps installations in MongoDB. */
import type { Platform } from '../../domain/platform.ts';
import type { Installation, InstallationStore } from '../../ports/installation-store.ts';
import type { InstallationDocument } from './installation-schema.ts';
import type { MongoModels } from './mongo-models.ts';
import { guarded, isDuplicateKey } from './store-errors.ts';

export const createMongoInstallationStore = ({
  installations,
  nonces,
}: Pick<MongoModels, 'installations' | 'nonces'>): InstallationStore => ({
  putInstallation: guarded(async (installation: Installation) => {
    const _id = idOf(installation.platform, installation.key);
    const { platform, key, sealed, updatedAt } = installation;
    const replace = () =>
      installations.replaceOne({ _id }, { platform, key, sealed, updatedAt }, { upsert: true });
    try {
      await replace();
    } catch (error) {
      // Two first upserts of one id at once: one of them meets the other's row.
      if (!isDuplicateKey(error)) throw error;
      await replace();
    }
  }),

  findInstallation: guarded(async (platform: Platform, key: string) => {
    const document = await installations.findById(idOf(platform, key)).lean<InstallationDocument>();
    return document ? toInstallation(document) : undefined;
  }),

  listInstallations: guarded(async (platform: Platform) => {
    const documents = await installations
      .find({ platform })
      .sort({ _id: 1 })
      .lean<InstallationDocument[]>();
    return documents.map(toInstallation);
  }),

  removeInstallation: guarded(
    async ({ platform, key, sealed }: Pick<Installation, 'platform' | 'key' | 'sealed'>) => {
      await installations.deleteOne({ _id: idOf(platform, key), sealed });
    },
  ),

  spendNonce: guarded(async (nonce: string, expiresAt: Date) => {
    try {
      await nonces.create({ _id: nonce, expiresAt });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }),
});

const idOf = (platform: Platform, key: string): string => `${platform}:${key}`;

const toInstallation = ({ _id, ...installation }: InstallationDocument): Installation =>
  installation;

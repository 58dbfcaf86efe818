/** What an error of the file system means for the ingest report. */
import type { UnreadableReason } from '../../ports/source.ts';

const reasons: Readonly<Record<string, UnreadableReason>> = {
  EACCES: 'permission_denied',
  EPERM: 'permission_denied',
  ELOOP: 'symlink_loop',
  ENOENT: 'gone',
  ENOTDIR: 'gone',
};

/** `failed` for an error that has no meaning of its own here (a broken disk, too many open files). */
export const reasonOf = (error: unknown): UnreadableReason =>
  (error instanceof Error && 'code' in error ? reasons[String(error.code)] : undefined) ?? 'failed';

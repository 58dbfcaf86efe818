/**
 * fast-check with one seed for every run, so that the suite says the same of the same code. `FOOTNOTE_TEST_SEED=<any integer>` looks elsewhere.
 *
 * @see https://fast-check.dev/docs/api/globalconfiguration/
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['FOOTNOTE_TEST_SEED'] ?? 1) });

export { fc };

#!/usr/bin/env node
/** The command `footnote`. */
import { Argument, Command, Option } from 'commander';
import { type BotError, type SafeCause, toBotError } from '../src/domain/errors.ts';
import { createSystemClock } from '../src/drivers/system/system-clock.ts';
import { ask } from './ask.ts';
import { printInvite, registerCommands } from './discord-setup.ts';
import { diagnose, renderFindings } from './doctor.ts';
import { ingest } from './ingest.ts';
import { ConfigFaults, readConfig } from './read-config.ts';
import { printManifest } from './slack-manifest.ts';
import { roles, start } from './start.ts';

const program = new Command('footnote')
  .description("Answers a team's questions from its own documents, with footnotes.")
  .showHelpAfterError();

program
  .command('start', { isDefault: true })
  .description('Run the API, the bots and a worker in this process, or only some of them.')
  .addOption(new Option('--only <role...>', 'roles to run').choices(roles))
  .action(async ({ only }: { only?: (typeof roles)[number][] }) => {
    const { exitCode } = await start(readConfig(), { roles: only ?? roles });
    // What was asked to stop has stopped; a library's timer must not keep the process.
    process.exit(exitCode);
  });

program
  .command('ingest')
  .description('Read documents into the index; without a path, all sources of the configuration.')
  .addArgument(new Argument('[path...]', 'files or folders'))
  .option('--kb <name>', 'the knowledge base that takes them in')
  .action(async (paths: string[], { kb }: { kb?: string }) => {
    const report = await ingest(readConfig(), { paths, ...(kb !== undefined && { kb }) });
    if (report.unreadable > 0) process.exitCode = 1;
  });

program
  .command('ask')
  .description('Ask one question here in the terminal.')
  .argument('<question>')
  .action(async (question: string) => {
    const state = await ask(readConfig(), question);
    if (state !== 'done') process.exitCode = 1;
  });

program
  .command('doctor')
  .description('Look at everything that is set up, and say what does not work and how to mend it.')
  .action(async () => {
    const findings = await diagnose(readConfig, { clock: createSystemClock() });
    process.stdout.write(renderFindings(findings));
    // What did not answer in time must not keep the process.
    process.exit(findings.some(({ state }) => state === 'fail') ? 1 : 0);
  });

const slack = program.command('slack').description('Set up the Slack app.');

slack
  .command('manifest')
  .description('Print the manifest to make the Slack app from; without a URL for Socket Mode.')
  .option('--url <url>', 'the public address of this server, for events by HTTP and for OAuth')
  .option('--socket', 'events by Socket Mode, though there is a URL', false)
  .addOption(new Option('--json', 'print JSON').conflicts('yaml'))
  .option('--yaml', 'print YAML, as without a choice')
  .action(({ url, socket, json }: { url?: string; socket: boolean; json?: true }) => {
    const format = json ? 'json' : 'yaml';
    process.stdout.write(printManifest({ ...(url !== undefined && { url }), socket, format }));
  });

const discord = program.command('discord').description('Set up the Discord bot.');

discord
  .command('invite')
  .description('Print the link that adds the bot to a server, with the permissions that it uses.')
  .option('--application <id>', "the application's id, where DISCORD_TOKEN is not set")
  .action(async ({ application }: { application?: string }) => {
    const deps = { config: readConfig(), clock: createSystemClock() };
    process.stdout.write(await printInvite(deps, { ...(application && { application }) }));
  });

discord
  .command('commands')
  .description('Register /ask and the message command, where they are not as they should be.')
  .action(async () => {
    const deps = { config: readConfig(), clock: createSystemClock() };
    process.stdout.write(await registerCommands(deps));
  });

const explanations: Partial<Record<BotError['code'], string>> = {
  config_invalid: 'a setting cannot be used, a port that is taken for one: ',
  store_unavailable:
    'a store cannot be used; check MONGODB_URL and FOOTNOTE_DATA_DIR, and that MongoDB runs: ',
  platform_unavailable: 'the platform does not answer; check the network, and DISCORD_API_URL: ',
};

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof ConfigFaults) {
    const lines = error.faults.map((fault) => `  - ${fault}`).join('\n');
    end(`footnote: the configuration is not valid:\n${lines}\n`, 2);
  } else end(`footnote: ${explain(toBotError(error))}\n`, 1);
}

/** What was opened before the failure, a connection to Discord for one, must not keep the process. */
function end(told: string, exitCode: 1 | 2): void {
  process.stderr.write(told, () => process.exit(exitCode));
}

function explain({ code, cause, details }: BotError): string {
  const { name = '' } = (cause ?? {}) as Partial<SafeCause>;
  const what = explanations[code] ?? '';
  return `${what}${code} ${name} ${JSON.stringify(details)}`;
}

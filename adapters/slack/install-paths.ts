/** Where a workspace installs the app: the paths that the manifest names and the HTTP server serves. */
export const installPaths = {
  /** A person begins here. */
  install: '/slack/install',
  /** Slack sends the person back here. */
  redirect: '/slack/oauth_redirect',
} as const;

/** The language of messages: `--lang`, else that of the environment, by POSIX' order of precedence. */
export function chooseLanguage(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): 'en' | 'ko' {
  const at = argv.lastIndexOf('--lang');
  const asked = at >= 0 ? argv[at + 1] : argv.findLast((word) => word.startsWith('--lang='))?.slice('--lang='.length);
  const locale = asked || environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || '';
  return /^ko(?:[_.@-]|$)/i.test(locale) ? 'ko' : 'en';
}

import { t } from '@vscode/l10n';

/** A sentence that says why a file could not be read or written. Knows the codes of Node and of VS Code. */
export function fileErrorText(path: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'FileNotFound':
      return t('{0}: there is no such file or folder. Check the path.', path);
    case 'EISDIR':
    case 'FileIsADirectory':
      return t('{0} is a folder. Name a file.', path);
    case 'ENOTDIR':
    case 'FileNotADirectory':
      return t('{0}: a part of the path is not a folder. Check the path.', path);
    case 'ELOOP':
      return t('{0}: the link leads back to itself. Check where it leads.', path);
    case 'ENAMETOOLONG':
      return t('{0}: the name is too long for the file system. Use a shorter one.', path);
    case 'EACCES':
    case 'EPERM':
    case 'NoPermissions':
      return t('{0}: access is denied. Change its permissions or choose another place.', path);
    case 'EROFS':
      return t('{0}: the disk can only be read. Choose another place.', path);
    case 'ENOSPC':
      return t('{0}: the disk is full. Free some space or choose another place.', path);
    case 'EDQUOT':
      return t('{0}: your quota of the disk is used up. Free some space or choose another place.', path);
    case 'EFBIG':
    case 'ERR_FS_FILE_TOO_LARGE':
      return t('{0}: the file is too large.', path);
    default:
      return `${path}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
